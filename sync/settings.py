"""Settings of the service: environment variables with the prefix BITARK_, or arguments."""

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, StringConstraints, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bit_model.refusion import Refusion
from sync.token import signing_key
from workbook_templates.files.gate import Limits

Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]+)?$")]
"""As a browser sends it: scheme, host and port, no path; never `null` or `*`."""


class Settings(BaseSettings):
    """What may differ from one installation to another. Limits carry their unit in the name."""

    model_config = SettingsConfigDict(env_prefix="BITARK_", env_nested_delimiter="__", frozen=True)

    database: str = Field(
        default="bitark.db", description="A file for SQLite, or a URL such as postgresql://user:password@host/name."
    )
    owner_database: str = Field(
        default="",
        description="On PostgreSQL the URL by which `bitark db upgrade` logs in: as the owner of the tables. The other "
        "commands use BITARK_DATABASE, whose user owns nothing ([isolation.md](isolation.md)).",
    )
    authority: str = Field(
        default="", description="Name or number of the authority a command is for, where the database has several."
    )
    originals: str = Field(
        default="originaler", description="Where received files are kept: a folder, or a URL such as s3://…."
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signs the pages' forms and the tokens of issued templates. Where it is not set, a key is made "
        "and kept beside the database file; a database at a URL needs it.",
    )
    master_key: SecretStr = Field(
        default=SecretStr(""),
        description="Opens the keys that originals and texts are encrypted with ([secrets.md](secrets.md)), at least "
        "32 random characters. Where it is not set, a key is made and kept beside the database file; a database at a "
        "URL needs it.",
    )
    retention_months: int = Field(
        default=60,
        ge=1,
        description="Months after a case left the case list, and after the last day it has figures of, until it is "
        "due to be erased.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on. Elsewhere than on this machine it belongs behind a proxy that speaks https.",
    )
    port: int = Field(default=8000, ge=0, le=65_535, description="Port to listen on.")
    public_address: Annotated[str, StringConstraints(pattern=r"^(https?://[a-z0-9.-]+(:[0-9]+)?)?$")] = Field(
        default="",
        description="Where people reach the service, such as https://bitark.kommunen.dk: the only host it answers for "
        "besides this machine's own. With https its cookies are never sent without it.",
    )
    proxies: int = Field(
        default=0, ge=0, description="How many proxies stand before the service and tell whom they ask for."
    )
    second_factor: Literal["required", "optional"] = Field(
        default="required", description="Whether a password alone signs in (optional) or never (required)."
    )
    session_hours: int = Field(default=10, ge=1, description="Hours after which everybody signs in anew.")
    session_idle_minutes: int = Field(
        default=60, ge=1, description="Minutes without use after which one is signed out."
    )
    token_days: int = Field(default=365, ge=1, description="Most days that a token for the API works.")
    oidc_issuer: str = Field(
        default="",
        description="Issuer of a sign-in service (OIDC), such as https://login.microsoftonline.com/TENANT/v2.0; where "
        "it is not set, there is none.",
    )
    oidc_client_id: str = Field(default="", description="The service's id at the sign-in service.")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="Its secret there.")
    oidc_name: str = Field(default="kommunens login", description="What the sign-in service is called on the button.")
    language: Literal["da", "en"] = Field(default="da", description="Language of the pages.")
    max_upload_bytes: int = Field(default=200_000_000, description="Largest upload, all files together, in bytes.")
    max_upload_files: int = Field(default=500, description="Most files in one upload.")
    link_days: int = Field(
        default=14, ge=0, description="Days after a round's deadline on which the links of its cases still work."
    )
    smtp_host: str = Field(default="", description="Mail server for reminders; where it is not set, none are sent.")
    smtp_port: int = Field(default=587, ge=1, le=65_535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the mail server is spoken to: starttls, tls or none."
    )
    smtp_user: str = Field(default="", description="User on the mail server, where it asks for one.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="The user's password.")
    smtp_from: str = Field(default="", description="Address that reminders are sent from.")
    imap_host: str = Field(default="", description="Mail server of the mailbox that `bitark mail` reads.")
    imap_port: int = Field(default=993, ge=1, le=65_535, description="Port of that server.")
    imap_security: Literal["tls", "starttls", "none"] = Field(
        default="tls", description="How that server is spoken to: tls, starttls or none."
    )
    imap_user: str = Field(default="", description="User of the mailbox.")
    imap_password: SecretStr = Field(default=SecretStr(""), description="The user's password there.")
    imap_folder: str = Field(default="INBOX", description="Folder of the mailbox that is read.")
    document_templates: str = Field(
        default="",
        description="Folder with an authority's own templates of documents (.docx); what is not there is built in.",
    )
    report_smallest_count: int = Field(
        default=5, ge=2, description="Fewest decisions that a line of the anonymised report may tell of."
    )
    refusion: tuple[Refusion, ...] = Field(
        default=(),
        description="Limits and shares of the State's refund (Serviceloven § 176) as dated sets in JSON; without one "
        "no refund is shown ([decisions.md](decisions.md)).",
    )
    readers: int = Field(default=1, description="Child processes that read received files.")
    excel_origins: Annotated[tuple[Origin, ...], NoDecode] = Field(
        default=(),
        description="Origins of the Excel task panes that may ask `/api/v1`, such as https://addin.xlwings.org; "
        "several with spaces between ([lite.md](lite.md)).",
    )
    limits: Limits = Field(
        default=Limits(), description="Limits of reading, such as BITARK_LIMITS__READER_WALL_SECONDS."
    )

    @field_validator("excel_origins", mode="before")
    @classmethod
    def _of_environment(cls, given: Any) -> Any:
        return given.split() if isinstance(given, str) else given

    @property
    def master(self) -> str:
        """The master key; empty where none is set."""
        return self.master_key.get_secret_value()

    @property
    def key(self) -> str:
        """What pages' forms and templates' tokens are signed with; empty where no key is set."""
        return self.secret_key.get_secret_value()

    @property
    def is_https(self) -> bool:
        """True where people reach the service by https alone."""
        return self.public_address.startswith("https://")

    @property
    def address(self) -> str:
        """Where people reach the service, without a slash at the end."""
        return self.public_address or f"http://{self.host}:{self.port}"


def keyed(settings: Settings) -> Settings:
    """The settings with a key: the one set, or else the one kept beside the database, made on first use.

    Raises what `signing_key` raises.
    """
    return settings.model_copy(update={"secret_key": SecretStr(signing_key(settings.database, settings.key))})

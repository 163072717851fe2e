"""Settings of the service: environment variables with the prefix BITARK_, or arguments."""

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, StringConstraints, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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
    host: str = Field(
        default="127.0.0.1", description="Address to listen on. There are no accounts yet: keep it local."
    )
    port: int = Field(default=8000, ge=0, le=65_535, description="Port to listen on.")
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
    readers: int = Field(default=1, description="Child processes that read received files.")
    excel_origins: Annotated[tuple[Origin, ...], NoDecode] = Field(
        default=(),
        description="Origins of the Excel task panes that may ask `/api/v1`, such as https://addin.xlwings.org; "
        "several with spaces between. There are no accounts yet: a workbook's code in such a pane sees every case "
        "([lite.md](lite.md)).",
    )
    limits: Limits = Field(
        default=Limits(), description="Limits of reading, such as BITARK_LIMITS__READER_WALL_SECONDS."
    )

    @field_validator("excel_origins", mode="before")
    @classmethod
    def _of_environment(cls, given: Any) -> Any:
        return given.split() if isinstance(given, str) else given

    @property
    def key(self) -> str:
        """What pages' forms and templates' tokens are signed with; empty where no key is set."""
        return self.secret_key.get_secret_value()


def keyed(settings: Settings) -> Settings:
    """The settings with a key: the one set, or else the one kept beside the database, made on first use.

    Raises what `signing_key` raises.
    """
    return settings.model_copy(update={"secret_key": SecretStr(signing_key(settings.database, settings.key))})

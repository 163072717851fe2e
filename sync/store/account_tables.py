"""The tables of accounts: who may sign in, by what, and as what. They alone hold an e-mail address."""

from enum import StrEnum

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, LargeBinary, String, Table

from sync.store.columns import BIG_INTEGER, UtcMoment, Words
from sync.store.ownership import AUTHORITY, METADATA


class Purpose(StrEnum):
    """What a one-time link is for."""

    FIRST = "first"
    """Makes the first administrator; of no account yet."""
    PASSWORD = "password"  # noqa: S105 - a purpose
    """Sets a password: an invitation, or a new one."""
    ENTER = "enter"
    """Signs in as it is; the demonstration alone makes such."""


ACCOUNT = Table(
    "account",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("authority_id", Integer, ForeignKey(AUTHORITY.c.id), nullable=False),
    Column("email", Words, nullable=False, unique=True, doc="in lower case"),
    Column("function", Words, nullable=False, doc="what the person does; stands by what the account decides"),
    Column("provider", Words, nullable=False, doc="as the case list writes it; empty for the authority's own staff"),
    Column("active", Boolean, nullable=False),
    Column("password", String(255), doc="argon2; none until one is set"),
    Column("fs_uniquifier", String(64), nullable=False, unique=True, doc="a session is good while this stands"),
    Column("fs_webauthn_user_handle", String(64), unique=True),
    Column("tf_primary_method", String(20)),
    Column("tf_totp_secret", String(255), doc="encrypted"),
    Column("oidc_subject", Words, unique=True, doc="issuer and subject of the first sign-in by OIDC"),
    Column("created_at", UtcMoment, nullable=False),
)

ACCOUNT_ROLE = Table(
    "account_role",
    METADATA,
    Column("account_id", Integer, ForeignKey(ACCOUNT.c.id), primary_key=True),
    Column("name", String(20), primary_key=True),
)

PASSKEY = Table(
    "passkey",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey(ACCOUNT.c.id), nullable=False, index=True),
    Column("name", Words, nullable=False),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BIG_INTEGER, nullable=False),
    Column("transports", JSON(none_as_null=True)),
    Column("extensions", String(255)),
    Column("device_type", String(64), nullable=False),
    Column("backup_state", Boolean, nullable=False),
    Column("usage", String(20), nullable=False),
    Column("lastuse_datetime", UtcMoment, nullable=False),
)

API_TOKEN = Table(
    "api_token",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey(ACCOUNT.c.id), nullable=False, index=True),
    Column("name", Words, nullable=False, doc="what it is used in"),
    Column("hash", String(64), nullable=False, unique=True, doc="SHA-256; the token itself is kept nowhere"),
    Column("created_at", UtcMoment, nullable=False),
    Column("expires_at", UtcMoment, nullable=False),
    Column("revoked_at", UtcMoment),
)

ACCOUNT_LINK = Table(
    "account_link",
    METADATA,
    Column("hash", String(64), primary_key=True, doc="SHA-256; the link itself is kept nowhere"),
    Column("account_id", Integer, ForeignKey(ACCOUNT.c.id), index=True),
    Column("authority_id", Integer, ForeignKey(AUTHORITY.c.id), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("expires_at", UtcMoment, nullable=False),
)
"""One-time links; a used one is gone."""

SIGN_IN_FAILURE = Table(
    "sign_in_failure",
    METADATA,
    Column("who", String(64), primary_key=True, doc="keyed hash of an account's e-mail or of an address"),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcMoment, nullable=False, index=True),
)

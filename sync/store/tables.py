"""The tables. Money is integer øre, hours are exact fractions, sums are scaled integers, moments are UTC.

SQLAlchemy Core without its object mapper: rows are read as rows, and a process that ingests stays some 10 MB smaller.
"""

from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

from sync.store.columns import BIG_INTEGER, ExactFraction, Sealed, UtcMoment, Words
from sync.store.ownership import AUTHORITY, METADATA, of, owner

__all__ = ["AUTHORITY", "METADATA"]


class Status(StrEnum):
    """Where a received file is on its way."""

    RECEIVED = "received"
    READING = "reading"
    ACCEPTED = "accepted"
    HAS_PROBLEMS = "has_problems"
    REFUSED = "refused"


class Act(StrEnum):
    """What a person did about a received file; each is a row of its own and none is ever changed."""

    ACCEPTED = "accepted"
    RETURNED = "returned"
    WARNING_ACCEPTED = "warning_accepted"
    CASE_GIVEN = "case_given"
    DISMISSED = "dismissed"
    TAKEN_BACK = "taken_back"


LARGEST_ID = 2**31 - 1
"""Of a row on PostgreSQL."""
ONE_OF_THE_BYTES = text("sent_by = '' OR case_id IS NULL")
"""Which submissions of the same bytes there is one of: of a provider's own those that are still without a case."""
UNFINISHED = (Status.RECEIVED, Status.READING)


CASE = Table(
    "case",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(ForeignKey(AUTHORITY.c.id)),
    Column("case_key", Words, nullable=False),
    Column("budget_area", Words, nullable=False),
    Column("provider", Words, nullable=False),
    Column("provider_kind", Words, nullable=False),
    Column("house", Words, nullable=False),
    Column("legal_basis", Words, nullable=False),
    Column("need", ExactFraction, doc="ordered hours per week"),
    Column("financed", ExactFraction, doc="hours per week that the tariff pays for, by `parameter_set`"),
    Column("day_rate_ore", BIG_INTEGER),
    Column("package_width", ExactFraction, doc="hours per week of a package, where the provider is paid by packages"),
    Column("parameter_set", Words, nullable=False),
    Column("imported_at", UtcMoment, nullable=False),
    Column("listed", Boolean, nullable=False, doc="false once a newer case list no longer has it; its files stay"),
    Column("record", Sealed(), doc="all of the case; the other columns are what lists and sums need"),
    Column("secret_id", String(32), ForeignKey("secret.id"), index=True, unique=True, doc="the case's key"),
    UniqueConstraint("authority_id", "id"),
    UniqueConstraint("authority_id", "case_key"),
    Index(None, "authority_id", "provider"),
    Index(None, "authority_id", "house"),
)

HOUSE = Table(
    "house",
    METADATA,
    owner(ForeignKey(AUTHORITY.c.id)),
    Column("name", Words, nullable=False),
    Column("record", JSON, nullable=False),
    PrimaryKeyConstraint("authority_id", "name"),
)

TARIFF_MODEL = Table(
    "tariff_model",
    METADATA,
    Column("id", Integer, primary_key=True, doc="in the order of the case list"),
    owner(ForeignKey(AUTHORITY.c.id), index=True),
    Column("provider", Words, nullable=False),
    Column("record", JSON, nullable=False),
)
"""Every model of the newest case list, also those that no case is judged by today; a case's own is in its record."""

PARAMETER_SET = Table(
    "parameter_set",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(ForeignKey(AUTHORITY.c.id)),
    Column("version", Integer, nullable=False, doc="from 2: the first is the standard, which needs no row"),
    Column("name", Words, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("record", JSON, nullable=False, doc="the values"),
    Column("activated_at", UtcMoment, nullable=False),
    Column("role", Words, nullable=False, doc="the function of who took it into use; no name"),
    Column("actor", Words, nullable=False),
    Column("reason", Words, nullable=False),
    UniqueConstraint("authority_id", "version"),
)
"""Append-only: the sets that were taken into use, of which the newest is in use."""

STORED_FILE = Table(
    "stored_file",
    METADATA,
    owner(ForeignKey(AUTHORITY.c.id)),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BIG_INTEGER, nullable=False),
    Column("first_seen", UtcMoment, nullable=False),
    Column(
        "secret_id",
        String(32),
        ForeignKey("secret.id"),
        index=True,
        unique=True,
        doc="the file's key, and its original's name",
    ),
    PrimaryKeyConstraint("authority_id", "sha256"),
)

SUBMISSION = Table(
    "submission",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(),
    Column("sha256", String(64), nullable=False),
    Column("sent_by", Words, nullable=False, server_default="", doc="the provider whose own upload it is, else empty"),
    Column("status", String(20), nullable=False),
    Column("status_at", UtcMoment, nullable=False),
    Column("template", Words),
    Column("template_version", BIG_INTEGER),
    Column("case_key", Words, doc="as the file states it, also where no case has it"),
    Column("case_id", Integer),
    Column("version", Integer, doc="versions of a case are numbered as they were read"),
    Column("counts", Boolean, nullable=False, doc="the newest version without errors: the one that is compared"),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("entry_count", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("warnings", Integer, nullable=False),
    Column("weekly", JSON(none_as_null=True), doc="days, scale and exact sums per part: what the comparison needs"),
    Column("parameter_set", Words),
    Column("rule_set", Words),
    ForeignKeyConstraint(["authority_id", "sha256"], ["stored_file.authority_id", "stored_file.sha256"]),
    of("case", "case_id"),
    UniqueConstraint("authority_id", "id"),
    UniqueConstraint("case_id", "version"),
    Index(None, "authority_id", "sha256"),
    Index(None, "authority_id", "status"),
    Index(
        "uq_submission_counting", "case_id", unique=True, sqlite_where=text("counts"), postgresql_where=text("counts")
    ),
    Index(
        "uq_submission_bytes",
        "authority_id",
        "sha256",
        "sent_by",
        unique=True,
        sqlite_where=ONE_OF_THE_BYTES,
        postgresql_where=ONE_OF_THE_BYTES,
    ),
)

RECEIPT = Table(
    "receipt",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(index=True),
    Column("submission_id", Integer, nullable=False),
    Column("file_name", Words, nullable=False),
    Column("times", Integer, nullable=False, doc="how often the bytes arrived under this name"),
    Column("first_at", UtcMoment, nullable=False),
    Column("last_at", UtcMoment, nullable=False),
    of("submission", "submission_id"),
    UniqueConstraint("submission_id", "file_name"),
)

DETAIL = Table(
    "submission_detail",
    METADATA,
    Column("submission_id", Integer, primary_key=True),
    owner(index=True),
    Column("report", Sealed(), doc="the file's report as `bitark check --json` gives it"),
    Column("header", Sealed()),
    Column("rows", Sealed(), doc="row number → the ten columns as they stood, where a row has a problem"),
    Column("sums", Sealed(), doc="exact sums per day, theme and goal"),
    Column("entries", Sealed(holds_json=False)),
    of("submission", "submission_id"),
)
"""The long part of a submission, apart from it so that lists and the comparison read narrow rows. Its file's key."""

ROUND = Table(
    "round",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(ForeignKey(AUTHORITY.c.id)),
    Column("title", Words, nullable=False),
    Column("period_start", Date, nullable=False),
    Column("period_end", Date, nullable=False),
    Column("form", String(20), nullable=False),
    Column("deadline", Date, nullable=False, doc="the last day on which a file comes in time"),
    Column("opened_at", UtcMoment, nullable=False),
    UniqueConstraint("authority_id", "id"),
)
"""A collection round: the same period, form and deadline for its cases."""

ROUND_CASE = Table(
    "round_case",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(),
    Column("round_id", Integer, nullable=False),
    Column("case_id", Integer, nullable=False, index=True),
    Column("issued_at", UtcMoment, doc="when its template was last made for somebody"),
    Column("sent_at", UtcMoment, doc="when a person said that it was sent"),
    Column("reminded_at", UtcMoment, doc="when a reminder that names it was last sent from here"),
    Column("withdrawn_at", UtcMoment),
    Column("withdrawn_reason", Sealed(), doc="by the case's key"),
    Column("link_number", Integer, nullable=False, doc="links with a lower number are revoked"),
    of("round", "round_id"),
    of("case", "case_id"),
    UniqueConstraint("authority_id", "id"),
    UniqueConstraint("round_id", "case_id"),
)
"""A case in a round. A case is in one round of a period, not counting those it was withdrawn from."""

FILING = Table(
    "filing",
    METADATA,
    Column("submission_id", Integer, primary_key=True),
    owner(index=True),
    Column("round_case_id", Integer, index=True, doc="where the status board shows it"),
    Column("given_case_id", Integer, doc="the case that its link or a person gave it"),
    Column("by_link", Boolean, nullable=False, doc="it came by a link, so it must name that case or none"),
    Column("dismissed", Boolean, nullable=False, doc="a person took it out of the tray"),
    of("submission", "submission_id"),
    of("round_case", "round_case_id"),
    of("case", "given_case_id"),
)
"""Where a received file belongs, where that is more than what the file itself says."""

FILE_ACT = Table(
    "file_act",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(index=True),
    Column("submission_id", Integer, nullable=False, index=True),
    Column("act", String(20), nullable=False),
    Column("at", UtcMoment, nullable=False),
    Column("role", Words, nullable=False, doc="the function of who did it; no name"),
    Column("comment", Sealed(), doc="by the file's key"),
    Column("code", Words, nullable=False, doc="of an accepted warning: its code, and its place where one is meant"),
    Column("sheet", Words, nullable=False),
    Column("cell", Words, nullable=False),
    of("submission", "submission_id"),
)
"""Append-only."""

AUDIT_CASE = Table(
    "audit_case",
    METADATA,
    owner(ForeignKey(AUTHORITY.c.id)),
    Column("digest", String(64), primary_key=True, doc="SHA-256 of salt and key: what the entries hold"),
    Column("case_key", Words, nullable=False),
    Column("salt", String(64), nullable=False, doc="256 random bits, so that the digest tells nothing without the row"),
    UniqueConstraint("authority_id", "case_key"),
)
"""Which case a digest in the audit stands for. Without its row, which erasing the case removes, nobody can tell."""

AUDIT_ENTRY = Table(
    "audit_entry",
    METADATA,
    Column("id", BIG_INTEGER, primary_key=True),
    owner(ForeignKey(AUTHORITY.c.id)),
    Column("number", BIG_INTEGER, nullable=False, doc="from 1, without a gap"),
    Column("at", String(27), nullable=False, doc="UTC with microseconds, as the text that is hashed"),
    Column("actor", Words, nullable=False, doc="`user:7`, `worker` …: no name"),
    Column("action", String(40), nullable=False),
    Column("subject", Words, nullable=False, doc="`submission:17`, `round:3`, or empty"),
    Column("case_digest", String(64), doc="the case it concerns, by `audit_case`; no foreign key: it outlives that"),
    Column("detail", Words, nullable=False, doc="small facts as canonical JSON, the text that is hashed"),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("authority_id", "number"),
    Index(None, "authority_id", "case_digest", "number"),
)
"""Append-only: the database itself refuses to change or remove an entry."""

SECRET = Table(
    "secret",
    METADATA,
    owner(ForeignKey(AUTHORITY.c.id), index=True),
    Column("id", String(32), primary_key=True, doc="random, so that it names one key for ever, in any copy"),
    Column("under", String(32), ForeignKey("secret.id"), index=True, doc="the key it is wrapped by; None: the master"),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", UtcMoment, nullable=False),
)
"""Keys, each wrapped by another: authority by master, case by authority, file by its case or, before that, authority.

Without its row a key is gone, and with it what it sealed.
"""

ERASURE = Table(
    "erasure",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(ForeignKey(AUTHORITY.c.id), index=True),
    Column("at", UtcMoment, nullable=False),
    Column("secret_id", String(32), nullable=False, doc="key of the erased case or file, which is in older copies too"),
    Column("is_case", Boolean, nullable=False),
    Column("actor", Words, nullable=False),
    Column("reason", Words, nullable=False),
)
"""What was erased, so that it can be erased again in an older copy. Append-only; no case key."""

ERASED_ORIGINAL = Table(
    "erased_original",
    METADATA,
    owner(ForeignKey(AUTHORITY.c.id)),
    Column("name", String(64), nullable=False),
    PrimaryKeyConstraint("authority_id", "name"),
)
"""Originals without a key that are still to be removed from their folder or bucket."""

NEGOTIATION = Table(
    "negotiation",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(index=True),
    Column("case_id", Integer, nullable=False, unique=True),
    Column("version", Integer, nullable=False, doc="counts the changes; a case without a row is in version 0"),
    Column("status", String(20), nullable=False),
    Column("note", Sealed(), doc="by the case's key"),
    Column("follow_up", Date),
    Column("responsible", Words, nullable=False, doc="a function or a team; no name"),
    Column("changed_at", UtcMoment, nullable=False),
    Column("changed_by", Words, nullable=False, doc="actor, without a name"),
    of("case", "case_id"),
)
"""How far the talk about a case has come."""

NEGOTIATION_CHANGE = Table(
    "negotiation_change",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(index=True),
    Column("case_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("note", Sealed(), doc="by the case's key"),
    Column("follow_up", Date),
    Column("responsible", Words, nullable=False),
    Column("changed_at", UtcMoment, nullable=False),
    Column("changed_by", Words, nullable=False),
    of("case", "case_id"),
    UniqueConstraint("case_id", "version"),
)
"""Append-only: each version of a case's negotiation, the one that holds among them."""

CASE_COMMENT = Table(
    "case_comment",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(index=True),
    Column("case_id", Integer, nullable=False, index=True),
    Column("at", UtcMoment, nullable=False),
    Column("role", Words, nullable=False, doc="the author's function; no name"),
    Column("provider", Words, nullable=False, doc="whose the author is; empty for the authority's own"),
    Column("said", Sealed(), doc="by the case's key"),
    Column("actor", Words, nullable=False, doc="who wrote it, as in a scope"),
    of("case", "case_id"),
)
"""Append-only: what the two parties say to each other about a case; both see all of it."""

CALENDAR_FEED = Table(
    "calendar_feed",
    METADATA,
    Column("id", Integer, primary_key=True),
    owner(ForeignKey(AUTHORITY.c.id), index=True),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False, index=True),
    Column("made_at", UtcMoment, nullable=False),
    Column("revoked_at", UtcMoment),
)
"""An account's calendar address. The address itself is kept nowhere: it names the row and is signed."""

"""Whose key is which: a case has its own, and a file, wrapped by its case's or, before that, by the authority's."""

from sqlalchemy import Connection, select, update

from sync.store.keys import authority_key, new_keys, put_under
from sync.store.tables import CASE, STORED_FILE, SUBMISSION


def key_of_case(connection: Connection, case_id: int) -> str:
    """Id of the case's key; one from before there were keys gets one now."""
    known: str | None = connection.scalar(select(CASE.c.secret_id).where(CASE.c.id == case_id).with_for_update())
    if known is None:
        known = next(iter(new_keys(connection, 1, authority_key(connection))))
        connection.execute(update(CASE).where(CASE.c.id == case_id).values(secret_id=known))
    return known


def key_of_bytes(connection: Connection, sha256: str) -> str:
    """Id of the key of a received file; one from before there were keys gets one now.

    Only then is the file held: whoever asks here has the submission's row already, and who receives the same bytes
    holds the file before that row (`submissions.receive`).
    """
    of_file = STORED_FILE.c.sha256 == sha256
    its_key = select(STORED_FILE.c.secret_id).where(of_file)
    known: str | None = connection.scalar(its_key) or connection.scalar(its_key.with_for_update())
    if known is None:
        known = next(iter(new_keys(connection, 1, authority_key(connection))))
        connection.execute(update(STORED_FILE).where(of_file).values(secret_id=known))
    return known


def key_of_submission(connection: Connection, submission_id: int) -> str:
    """Id of the key of a submission's file."""
    query = select(SUBMISSION.c.sha256).where(SUBMISSION.c.id == submission_id)
    return key_of_bytes(connection, connection.execute(query).scalar_one())


def give_to_case(connection: Connection, submission_id: int, case_id: int | None) -> str:
    """Wrap the key of a submission's file by its case's, or by the authority's where it has none; returns its id."""
    one = key_of_submission(connection, submission_id)
    put_under(connection, one, authority_key(connection) if case_id is None else key_of_case(connection, case_id))
    return one

"""A received file on its way: stored, noted, read in a child process, its result kept (design, sections 2 and 5).

Killed at any point, nothing is lost and nothing doubled: the original is on disk before its row, the row before the
reading, and the result is one transaction. Giving the same bytes again, or `sweep`, finishes what was left.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, ParamSpec, Protocol, TypeVar

from bit_model.checks import Level, masked
from bit_model.parameters import ParameterSet
from sync.belonging import case_of, held_against_the_case, told_its_case
from sync.erasure.erase import complete
from sync.files import SHA256, OriginalUnavailable
from sync.store import Store, cases, filings, rounds, submissions
from sync.store.cases import KnownCase
from sync.store.columns import storable
from sync.store.database import has_queue, writing
from sync.store.filings import Deed
from sync.store.originals import Kept, discard, keep, original, tidy, without_row
from sync.store.originals import read as read_original
from sync.store.parameters import in_use
from sync.store.queue import enqueue, lost_from_queue
from sync.store.submissions import Received
from sync.store.tables import UNFINISHED, Status
from sync.token import verified
from workbook_templates.layouts import TEMPLATES
from workbook_templates.layouts.doegnskema import DOEGNSKEMA
from workbook_templates.problems import Problem
from workbook_templates.schedule.report import FileReport

STUCK_AFTER = dt.timedelta(minutes=2)
"""Longer than any file may be read; what is in reading for longer was left by a process that died."""
STRUCTURE_CODES = frozenset({"T01", "T02", "T05", *(f"F0{i}" for i in range(1, 7))})
"""With one of these a file says nothing about a case: it is refused."""

WEEKLY_KEYS = ("weekdays", "weekend_days", "scale", "parts", "contact")
"""The sums that the comparison of many cases needs; those per day, theme and goal are kept apart."""

P = ParamSpec("P")
T = TypeVar("T")


class Reader(Protocol):
    """What reads a file under limits: the pool of child processes."""

    def run(self, content: bytes, name: str, parameters: ParameterSet) -> FileReport | Problem:
        """The file's report by the parameter set, or the problem that kept it from being read."""

    def perform(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Problem:
        """What another function gives under the same limits, or the problem that kept it from ending."""


def ingest(
    store: Store, reader: Reader, content: bytes, name: str, link: int | None = None, *, way: str = ""
) -> Received:
    """Store, read and keep one file. Safe to repeat; the same bytes are the same submission.

    `link` is the id of the case in a round whose link the file came by, `way` is as for `submissions.receive`.
    """
    return read(store, reader, receive(store, content, name, link, way=way), content, name)


def kept_name(name: str) -> str:
    """A file's name as it is kept and shown: without CPR numbers, e-mail addresses and what no database can hold."""
    return storable(masked(name))


def receive(
    store: Store, content: bytes, name: str, link: int | None = None, *, queued: bool = False, way: str = ""
) -> Received:
    """Keep the bytes and note that they came. The order in which this is done is the order of a case's versions.

    With `queued` what is to be read waits in the queue, put there in the transaction that notes it; else it is read
    now. What a store within a provider's scope receives is that provider's own: it finds its case among the
    provider's, and neither it nor what comes back tells whether another sent the same bytes.
    """
    received = None
    while received is None:  # once more only where the same bytes were erased just now
        kept = keep(store.whole(), content)
        received = _noted(store, kept, len(content), name, link, queued=queued, way=way)
    return received


def _noted(
    store: Store, kept: Kept, size_bytes: int, name: str, link: int | None, *, queued: bool, way: str = ""
) -> Received | None:
    """Note that kept bytes came, None where they were erased meanwhile. What was kept twice is removed again."""
    status, sender = _begun(queued=queued), store.scope.provider or ""
    with writing(store.whole().engine) as connection:
        if link is not None:
            rounds.hold_case(connection, link)
        received = submissions.receive(
            connection, kept, size_bytes, kept_name(name), _now(), status, sender=sender, way=way
        )
        if received is None:
            return None
        again = filings.came_by(connection, received, link, _now(), status)
        if queued and (received.is_new or again):
            enqueue(connection, [received.submission_id])
    if kept.secret_id is not None and not received.is_new:
        discard(store, kept.secret_id)
    return received._replace(status=status) if again else received


def take_in(
    store: Store, reader: Reader, content: bytes, name: str, link: int | None = None, *, way: str = ""
) -> Received:
    """Store a file and read it at once or, where workers do so, leave it to them. `link` and `way` as for `ingest`."""
    if has_queue(store.engine):
        return receive(store, content, name, link, queued=True, way=way)
    return ingest(store, reader, content, name, link, way=way)


def give_case(store: Store, reader: Reader, submission_id: int, case_key: str, deed: Deed) -> Received | None:
    """Give a file from the tray to a case and read it again, or leave that to the workers where there are such.

    None where it has a case already, or none has that key. Where it is read at once, raises `OriginalUnavailable`
    before anything is changed.
    """
    queued = has_queue(store.engine)
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, submission_id)
        name = submissions.names_of(connection, kept.id)[-1].file_name if kept else ""
    content = original(store, kept.sha256) if kept and not queued else b""
    status = _begun(queued=queued)
    with writing(store.engine) as connection:
        known = cases.known_case(connection, case_key)
        if known is None or not filings.waits_for_a_case(connection, submission_id, lock=True):
            return None
        filings.give_case(connection, submission_id, known.id, deed, _now(), status)
        if queued:
            enqueue(connection, [submission_id])
    again = Received(submission_id, status, None, None, 0, 0, is_new=False)
    return again if queued else _read(store, reader, again, content, name)


def read_queued(store: Store, reader: Reader, submission_id: int) -> Received | None:
    """Read a file that waits; None where another process has done so meanwhile. Raises `OriginalUnavailable`."""
    with store.engine.connect() as connection:
        found = submissions.waiting(connection, submission_id)
    if found is None:
        return None
    sha256, name = found
    waited = Received(submission_id, Status.READING, None, None, 0, 0, is_new=True)
    try:
        content = original(store, sha256)
    except OriginalUnavailable:
        with store.engine.connect() as connection:
            if submissions.waiting(connection, submission_id) is None:  # erased just now
                return None
        raise
    return _read(store, reader, waited, content, name)


def read(store: Store, reader: Reader, received: Received, content: bytes, name: str) -> Received:
    """Read a received file and keep what it says, unless that was done before."""
    if not received.is_new and received.status not in UNFINISHED:
        return received
    return _read(store, reader, received, content, kept_name(name))


def sweep(store: Store, reader: Reader, stuck_after: dt.timedelta = STUCK_AFTER) -> Iterator[Received]:
    """Finish what a crash left: files received and never read, readings that stopped, originals without a row.

    Not for a store with a queue: there `requeue` puts what was left into the queue.
    """
    before = _now() - stuck_after
    with store.engine.connect() as connection:
        left = submissions.unfinished(connection, before)
    for row in left:
        try:
            content = original(store, row.sha256)
        except OriginalUnavailable:
            continue
        left_over = Received(row.id, Status.READING, None, None, 0, 0, is_new=False)
        yield _read(store, reader, left_over, content, row.file_name)
    for found, content in _without_row(store, before):
        received = _noted(store, found, len(content), "", None, queued=False)
        if received is not None:
            yield read(store, reader, received, content, "")
    complete(store)
    tidy(store, _now())


def requeue(store: Store, stuck_after: dt.timedelta = STUCK_AFTER) -> int:
    """Put into the queue what waits for a reader and is not there, and say how much: the sweeper where there is one."""
    with writing(store.engine) as connection:
        lost = lost_from_queue(connection, _now() - stuck_after)
        enqueue(connection, lost)
    return len(lost)


def take_up_originals(store: Store, stuck_after: dt.timedelta = STUCK_AFTER) -> int:
    """Note the originals without a row, and put them into the queue; says how many there were."""
    found = 0
    for kept, content in _without_row(store, _now() - stuck_after):
        found += _noted(store, kept, len(content), "", None, queued=True) is not None
    complete(store)
    tidy(store, _now())
    return found


def _without_row(store: Store, before: dt.datetime) -> Iterator[tuple[Kept, bytes]]:
    for name in list(without_row(store, before)):
        content = read_original(store, name)
        if SHA256.fullmatch(name):  # from before there were keys
            yield keep(store, content), content
            store.originals.delete(name)
        else:
            yield Kept(hashlib.sha256(content).hexdigest(), name), content


def _read(store: Store, reader: Reader, received: Received, content: bytes, name: str) -> Received:
    while True:
        with store.whole().engine.connect() as connection:
            parameters = in_use(connection)
        outcome = reader.run(content, name, parameters)
        if isinstance(outcome, Problem):
            report = FileReport(name, (outcome,), hashlib.sha256(content).hexdigest())
        else:
            report = _of_a_schedule(outcome)
        done = _kept(store, received, report, parameters)
        if done is not None:
            return done


def _kept(store: Store, received: Received, report: FileReport, parameters: ParameterSet) -> Received | None:
    """Keep what was read; None where another set of parameters was taken into use meanwhile: it is to be read again."""
    token = verified(report.header.get("token", ""), store.key, store.scope.authority) if store.key else None
    with writing(store.whole().engine) as connection:
        if in_use(connection) != parameters:
            return None
        filed = filings.filing(connection, received.submission_id)
        sender = submissions.sender_of(connection, received.submission_id)
        known, strayed = case_of(connection, report, token, filed, sender)
        kept = submissions.held(connection, received.submission_id)
        if kept is None:  # erased while it was read
            return received
        if kept.status not in UNFINISHED or filings.filing(connection, received.submission_id) != filed:
            # another process was quicker, or the file came another way meanwhile, and is read again for that
            return submissions.as_received(kept, is_new=received.is_new)
        report = told_its_case(report, parameters) if known and not report.case_key else report
        report = held_against_the_case(report, known, token, filed, store.key)
        if strayed:
            report = replace(report, problems=(strayed, *report.problems), sums=None, hours=None)
        status = _status(report.problems, known)
        summary, detail = _summary(report, status, known), _detail(report)
        version = submissions.finish(connection, received.submission_id, summary, detail, _now())
        if strayed:
            filings.file_in_round(connection, received.submission_id, None)
        elif known and not (filed and filed.by_link):
            period = (token.period.start, token.period.end) if token else report.period
            place = rounds.place_of(connection, known.id, period)
            if place is not None or filed is not None:
                filings.file_in_round(connection, received.submission_id, place)
    return Received(
        received.submission_id,
        status,
        version,
        summary["case_key"],
        summary["errors"],
        summary["warnings"],
        is_new=received.is_new,
    )


def _begun(*, queued: bool) -> Status:
    """What is to be read begins as: a sweep takes up at once what is received, and only later what seems to be read."""
    return Status.RECEIVED if queued else Status.READING


def _of_a_schedule(report: FileReport) -> FileReport:
    """The report; of another template of ours only what it is (T05): such a file is checked elsewhere."""
    template = TEMPLATES.get(report.template or "")
    if template is None or template.header == DOEGNSKEMA.header:
        return report
    problems = (Problem("T05", template.header_sheet, found=template.title.da),)
    return FileReport(report.file_name, problems, report.sha256, report.template, report.version)


def _status(problems: Iterable[Problem], known: KnownCase | None) -> Status:
    errors = {problem.code for problem in problems if problem.level is Level.ERROR}
    if known is None or errors & STRUCTURE_CODES:
        return Status.REFUSED
    return Status.HAS_PROBLEMS if errors else Status.ACCEPTED


def _summary(report: FileReport, status: Status, known: KnownCase | None) -> dict[str, Any]:
    levels = Counter(problem.level for problem in report.problems)
    start, end = report.period or (None, None)
    return {
        "status": status,
        "template": report.template,
        "template_version": report.version,
        "case_key": known.case_key if known else report.case_key,
        "case_id": known and known.id,
        "period_start": start,
        "period_end": end,
        "entry_count": report.entry_count,
        "errors": levels[Level.ERROR],
        "warnings": levels[Level.WARNING],
        "weekly": report.sums and {key: report.sums[key] for key in WEEKLY_KEYS},
        "parameter_set": report.parameter_set,
        "rule_set": report.rule_set,
    }


def _detail(report: FileReport) -> dict[str, Any]:
    return {
        "report": report.as_json(),
        "header": report.header,
        "rows": report.rows,
        "sums": report.sums,
        "entries": report.entries,
    }


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

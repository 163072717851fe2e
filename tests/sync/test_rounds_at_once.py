"""People and workers who act on the same file, case or round at the same moment, on both databases."""

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bit_model_example import PERIOD
from sqlalchemy import func, select
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

from sync.belonging import case_of
from sync.failures import Failure
from sync.ingest import Reader, give_case, ingest, read_queued, receive, take_in
from sync.issue import open_round_of
from sync.returns.assessment import Hindrance, decide
from sync.settings import Settings
from sync.store import Store, cases, filings, rounds, submissions
from sync.store.database import writing
from sync.store.filings import Deed
from sync.store.rounds import NewRound
from sync.store.tables import FILING, ROUND, ROUND_CASE, Act, Status

FIRST, SECOND, _ = KEYS = [case.case_key for case in CASES]
SPRING = NewRound("Forår", PERIOD, "liste", dt.date(2026, 3, 27))
TIMES = 4


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gives, all begun at the same moment; a `Failure` is what it gives too."""

    def done(deed: Callable[[], Any]) -> Any:
        try:
            return deed()
        except Failure as failure:
            return failure

    with ThreadPoolExecutor(len(deeds)) as people:
        return list(people.map(done, deeds))


def link_to(store: Store, case_key: str) -> int:
    with writing(store.engine) as connection:
        round_id = rounds.open_round(connection, SPRING, KEYS, NOW)
        (row,) = rounds.board_rows(connection, round_id, case_key)
    return int(row.id)


def test_a_round_that_is_opened_twice_at_once_is_opened_once(store: Store, settings: Settings) -> None:
    opened = at_once(*[lambda: open_round_of(settings, SPRING, KEYS)] * TIMES)
    assert sum(isinstance(one, Failure) for one in opened) == TIMES - 1
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ROUND)) == 1
        assert connection.scalar(select(func.count()).select_from(ROUND_CASE)) == len(KEYS)


def test_a_file_that_is_read_while_its_round_is_opened_is_filed_in_it(
    store: Store, settings: Settings, reader: Reader
) -> None:
    content = returned_schedule()
    at_once(lambda: open_round_of(settings, SPRING, KEYS), lambda: ingest(store, reader, content, "skema.xlsx"))
    with store.engine.connect() as connection:
        (row,) = rounds.board_rows(connection, 1, FIRST)
    assert (row.submission_id, row.status) == (1, Status.ACCEPTED)


@pytest.mark.parametrize("kind", ["postgresql"])  # on SQLite nobody can be in the middle of writing with another
def test_a_warning_is_accepted_once(store: Store, reader: Reader) -> None:
    ingest(store, reader, returned_schedule(changes={(3, "Slut"): "21:00"}), "skema.xlsx")
    deed = Deed(Act.WARNING_ACCEPTED, "Sagsbehandler", "Tur", "R04", "Døgnskema", "C3")

    all_there = threading.Barrier(TIMES)

    def accept() -> Hindrance | None:
        with writing(store.engine) as connection:
            cases.count(connection)
            all_there.wait(60)
            return decide(connection, 1, deed, NOW)

    told = at_once(*[accept] * TIMES)
    assert sorted(map(str, told)) == ["None"] + ["no_such_warning"] * (TIMES - 1)
    with store.engine.connect() as connection:
        assert len(filings.acts(connection, [1])) == 1


def test_a_file_of_the_tray_gets_one_case_however_many_give_it_one(
    store: Store, reader: Reader, settled: Callable[[], None]
) -> None:
    ingest(store, reader, returned_schedule(""), "skema.xlsx")
    deed = Deed(Act.CASE_GIVEN, "Sagsbehandler")
    given = at_once(*[lambda key=key: give_case(store, reader, 1, key, deed) for key in (FIRST, SECOND) * 2])
    assert sum(one is not None for one in given) == 1
    settled()
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, 1)
        assert kept is not None
        assert (kept.status, kept.version, kept.counts) == (Status.ACCEPTED, 1, True)
        assert len(filings.acts(connection, [1])) == 1
        assert filings.filing(connection, 1).given == kept.case_key  # type: ignore[union-attr]


def test_a_file_is_given_a_case_or_dismissed_and_never_both(
    store: Store, reader: Reader, settled: Callable[[], None]
) -> None:
    ingest(store, reader, returned_schedule(""), "skema.xlsx")

    def dismiss() -> bool:
        with writing(store.engine) as connection:
            if waits := filings.waits_for_a_case(connection, 1, lock=True):
                filings.dismiss(connection, 1, Deed(Act.DISMISSED, "Sagsbehandler", "Væk"), NOW)
            return waits

    given = Deed(Act.CASE_GIVEN, "Sagsbehandler")
    at_once(dismiss, lambda: give_case(store, reader, 1, FIRST, given), dismiss)
    settled()
    with store.engine.connect() as connection:
        kept, filed = submissions.submission(connection, 1), filings.filing(connection, 1)
        acts = [act.act for act in filings.acts(connection, [1])]
    assert kept is not None
    assert filed is not None
    if kept.case_id is None:
        assert (filed.dismissed, set(acts)) == (True, {Act.DISMISSED})
    else:
        assert (filed.dismissed, acts[-1], acts.count(Act.CASE_GIVEN)) == (False, Act.CASE_GIVEN, 1)


def test_the_same_bytes_by_a_link_many_times_at_once_are_filed_once(
    store: Store, reader: Reader, settled: Callable[[], None]
) -> None:
    link, content = link_to(store, FIRST), returned_schedule()
    at_once(*[lambda: take_in(store, reader, content, "skema.xlsx", link)] * TIMES)
    settled()
    with store.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(FILING)) == 1
        (row,) = rounds.board_rows(connection, 1, FIRST)
    assert (row.submission_id, row.status, row.version) == (1, Status.ACCEPTED, 1)


def test_revoking_marking_and_withdrawing_at_once_all_happen(store: Store) -> None:
    link_to(store, FIRST)

    def writes(what: Callable[..., None], *more: Any) -> Callable[[], None]:
        def write() -> None:
            with writing(store.engine) as connection:
                what(connection, 1, *more)

        return write

    backwards = list(reversed(KEYS))
    revoke = writes(rounds.revoke_link, FIRST)
    mark = [writes(rounds.mark_sent, keys, NOW) for keys in (KEYS, backwards)]
    issue = [writes(rounds.mark_issued, keys, NOW) for keys in (KEYS, backwards)]
    at_once(revoke, *mark, revoke, *issue, writes(rounds.withdraw, FIRST, "Flyttet", NOW), revoke)
    with store.engine.connect() as connection:
        rows = rounds.board_rows(connection, 1)
    assert [row.link_number for row in rows] == [4, 1, 1]
    assert all(row.sent_at and row.issued_at for row in rows)
    assert [row.withdrawn_at is not None for row in rows] == [True, False, False]


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_reading_whose_file_is_given_a_case_meanwhile_leaves_it_to_who_reads_it_for_that(
    store: Store, reader: Reader, settled: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = receive(store, returned_schedule(""), "skema.xlsx")

    def given_meanwhile(*arguments: Any) -> Any:
        monkeypatch.undo()
        read_queued(store, reader, done.submission_id)  # another worker with the same job
        assert give_case(store, reader, done.submission_id, FIRST, Deed(Act.CASE_GIVEN, "Sagsbehandler"))
        return case_of(*arguments)

    monkeypatch.setattr("sync.ingest.case_of", given_meanwhile)
    late = read_queued(store, reader, done.submission_id)
    assert late is not None
    assert late.status is Status.RECEIVED
    settled()
    with store.engine.connect() as connection:
        kept = submissions.submission(connection, done.submission_id)
    assert kept is not None
    assert (kept.status, kept.case_key, kept.version) == (Status.ACCEPTED, FIRST, 1)


def test_a_case_that_a_waiting_file_was_given_stays_when_a_new_list_lacks_it(store: Store, reader: Reader) -> None:
    done = ingest(store, reader, returned_schedule(""), "skema.xlsx")
    with writing(store.engine) as connection:
        known = cases.known_case(connection, FIRST)
        assert known is not None
        deed = Deed(Act.CASE_GIVEN, "Sagsbehandler")
        filings.give_case(connection, done.submission_id, known.id, deed, NOW, Status.RECEIVED)
    with writing(store.engine) as connection:
        cases.import_cases(connection, CASES[1:], MODELS, HOUSES, PARAMETERS, ON_DATE, NOW)
    again = read_queued(store, reader, done.submission_id)
    assert again is not None
    assert (again.status, again.case_key) == (Status.ACCEPTED, FIRST)


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("way", ["upload", "link", "tray"])
def test_a_web_process_reads_nothing_where_there_are_workers(way: str, store: Store, reader: Reader) -> None:
    class Unused:
        def run(self, *_: Any) -> Any:
            raise AssertionError

        def perform(self, *_: Any, **__: Any) -> Any:
            raise AssertionError

    link = link_to(store, FIRST) if way == "link" else None
    if way == "tray":
        done = ingest(store, reader, returned_schedule(""), "skema.xlsx")
        given = give_case(store, Unused(), done.submission_id, FIRST, Deed(Act.CASE_GIVEN, "Sagsbehandler"))
        assert given is not None
        assert given.status is Status.RECEIVED
    else:
        assert take_in(store, Unused(), returned_schedule(), "skema.xlsx", link).status is Status.RECEIVED

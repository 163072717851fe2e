"""The grown-up set-up as a whole: two web and two worker processes on PostgreSQL and S3, and a worker that dies."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from processes import RESCUED_SECONDS, kill, send, until, web, worker
from sync_material import CASES, returned_schedule

from sync.settings import Settings
from sync.store import Store, submissions
from sync.store.tables import Status

RETURNS = int(os.environ.get("BITARK_TEST_RETURNS", "200"))
SENDERS = 8


@pytest.mark.parametrize("kind", ["postgresql"])
def test_every_return_that_was_answered_for_is_accounted_for_when_a_worker_is_killed(
    store: Store, settings: Settings
) -> None:
    with ExitStack() as started:
        addresses = [started.enter_context(web(settings))[1] for _ in range(2)]
        workers = [started.enter_context(worker(settings)) for _ in range(2)]

        def sent(number: int) -> int:
            if number == RETURNS // 2:
                kill(workers[0])
            content = returned_schedule(CASES[number % 3].case_key, remarks=f"nr. {number}")
            status, body = send(addresses[number % 2], content, f"retur-{number}.xlsx")
            assert (status, body["status"]) == (202, "received")
            return int(body["id"])

        with ThreadPoolExecutor(SENDERS) as senders:
            answered = list(senders.map(sent, range(RETURNS)))
        until(lambda: len(statuses(store)) == RETURNS and not unread(store), RESCUED_SECONDS + RETURNS / 5)
        assert workers[1].poll() is None
    with store.engine.connect() as connection:
        kept = submissions.received_files(connection)
    assert {row.id for row in kept} == set(answered)
    assert Counter(row.file_name for row in kept) == {f"retur-{number}.xlsx": 1 for number in range(RETURNS)}
    assert {row.status for row in kept} == {Status.ACCEPTED}
    for number, case in enumerate(CASES):
        versions = sorted(row.version for row in kept if row.case_key == case.case_key)
        assert versions == list(range(1, len(range(number, RETURNS, 3)) + 1))
    assert Counter(row.case_key for row in kept if row.counts) == {case.case_key: 1 for case in CASES}
    assert len(list(store.originals.all())) == RETURNS


def statuses(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return [row.status for row in submissions.received_files(connection)]


def unread(store: Store) -> bool:
    return bool({Status.RECEIVED, Status.READING} & set(statuses(store)))

"""Two authorities and two providers that must not see each other, alike in all but the marks by which they are told."""

import io
import pkgutil
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib import import_module
from inspect import getmembers, isfunction, signature
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bit_model_example import PERIOD
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sync_material import CASES, HOUSES, MODELS, NOW, ON_DATE, PARAMETERS, returned_schedule

import sync.store
from bit_model.case import Case, ProviderKind
from bit_model.decision import Decision, Outcome, Support
from bit_model.negotiation import UNTOUCHED
from sync.ingest import Reader, ingest
from sync.store import (
    Store,
    audit,
    authorities,
    boundaries,
    cases,
    chain,
    comments,
    dates,
    decisions,
    erasing,
    filings,
    meetings,
    negotiation,
    parameters,
    queue,
    rounds,
    submissions,
    waiting,
)
from sync.store import comparison as compared
from sync.store.audit import Action
from sync.store.database import has_queue, writing
from sync.store.filings import Deed
from sync.store.meetings import Called, Said
from sync.store.negotiation import Change
from sync.store.originals import Kept
from sync.store.ownership import owned
from sync.store.parameters import NotActivated, Taken
from sync.store.rounds import NewRound
from sync.store.scope import NOBODY, Scope, scope_of
from sync.store.submissions import Received
from sync.store.tables import CASE, ROUND_CASE, Act, Status

EVER = ON_DATE.replace(year=2000), ON_DATE.replace(year=2100)
BAKKEHUSET, ANOTHER = "Bakkehuset", "Søgården"
DOCUMENT = Path("docs/isolation.md")


@dataclass(frozen=True)
class Party:
    """What belongs to one provider in one authority, or waits in that authority's tray (`provider` is None)."""

    authority: int
    provider: str | None
    mark: str
    case_key: str
    case_id: int
    submission_id: int
    sha256: str
    round_id: int
    round_case_id: int

    @property
    def scope(self) -> Scope:
        return Scope(self.authority, self.provider)


@dataclass(frozen=True)
class World:
    """The parties, and who tries to see what is another's."""

    store: Store
    parties: tuple[Party, ...]

    def forbidden(self, scope: Scope) -> list[str]:
        """The marks of what the scope must not see."""
        return [
            p.mark for p in self.parties if p.authority != scope.authority or scope.provider not in (None, p.provider)
        ]

    def pairs(self) -> Iterator[tuple[Scope, Party]]:
        """Every scope of an authority or provider, with each party that it must not see."""
        numbers = sorted({party.authority for party in self.parties})
        for scope in [Scope(n, provider) for n in numbers for provider in (None, BAKKEHUSET, ANOTHER)]:
            yield from ((scope, party) for party in self.parties if party.mark in self.forbidden(scope))

    def within(self, scope: Scope) -> Store:
        return self.store.within(scope)

    def held(self, party: Party) -> dict[str, list[tuple[Any, ...]]]:
        """Every row that there is in the party's authority."""
        with self.within(Scope(party.authority)).engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table)).all()), key=repr) for table in owned()
            }


def cases_of(authority: int) -> list[Case]:
    """The authority's case list: the same keys and the same house in each."""
    providers = (BAKKEHUSET, BAKKEHUSET, ANOTHER)
    listed = zip(CASES, providers, strict=True)
    return [replace(case, provider=who, budget_area=mark(authority, who)) for case, who in listed]


@cache
def content(case_key: str) -> bytes:
    """The case's returned file, the same bytes each time."""
    return returned_schedule(case_key)


def mark(authority: int, provider: str | None) -> str:
    return f"mærke{authority}{provider or 'bakken'}"


def take_over(connection: Any, authority: int) -> None:
    models = [*MODELS, replace(MODELS[0], provider=ANOTHER)]
    houses = [*HOUSES, replace(HOUSES[0], name=f"Hus af {mark(authority, ANOTHER)}", provider=ANOTHER)]
    cases.import_cases(connection, cases_of(authority), models, houses, PARAMETERS, ON_DATE, NOW)


def world(store: Store, reader: Reader) -> World:
    """Each provider of each authority with a case, a round, a returned file and a comment; a file in each tray.

    Both authorities have the same keys, the same names and the same bytes. A file of SQLite has one authority.
    """
    numbers = [1]
    if has_queue(store.engine):
        with writing(store.within(NOBODY).engine) as connection:
            numbers.append(authorities.add(connection, "Nabokommunen", NOW))
    parties: list[Party] = []
    for number in numbers:
        own = store.within(Scope(number))
        with writing(own.engine) as connection:
            take_over(connection, number)
        for provider, case_key in ((BAKKEHUSET, "S-2026-0001"), (ANOTHER, "S-2026-0003")):
            parties.append(_party(own, reader, number, provider, case_key))
        told = mark(number, None)
        kept = ingest(own, reader, content("S-9999"), f"{told}.xlsx")
        parties.append(
            replace(
                parties[-1],
                provider=None,
                mark=told,
                submission_id=kept.submission_id,
                sha256=sha256(content("S-9999")).hexdigest(),
            )
        )
    return World(store, tuple(parties))


def called(told: str) -> Called:
    """A meeting with a mark."""
    return Called(ON_DATE, "09:30", told, told, told, told)


def decided(case_key: str, told: str) -> Decision:
    """A decision with a mark."""
    support = Support(same=True, hours_before=None, hours_after=None, decided_on=None)
    kind, outcome = ProviderKind.EXTERNAL, Outcome.UNCHANGED
    return Decision(1, case_key, "", kind, outcome, ON_DATE, told, told, EVER[1], None, support, None)


def _party(own: Store, reader: Reader, number: int, provider: str, case_key: str) -> Party:
    told = mark(number, provider)
    with writing(own.engine) as connection:
        round_id = rounds.open_round(connection, NewRound(told, PERIOD, "liste", PERIOD.end), [case_key], NOW)
    kept = ingest(own, reader, content(case_key), f"{told}.xlsx")
    with writing(own.engine) as connection:
        filings.note(connection, kept.submission_id, Deed(Act.RETURNED, "Sagsbehandler", told), NOW)
        comments.say(connection, case_key, told, "Sagsbehandler", "", NOW)
        case_id = connection.scalar(select(CASE.c.id).where(CASE.c.case_key == case_key))
        assert case_id
        meetings.call(connection, case_id, called(told), NOW)
        negotiation.change(connection, [Change(case_id, 0, UNTOUCHED._replace(note=told))], NOW)
        row = cases.case_row(connection, case_key)
        assert row is not None
        decisions.record(connection, decided(case_key, told), row, PARAMETERS, NOW)
        held = connection.scalar(select(ROUND_CASE.c.id).where(ROUND_CASE.c.round_id == round_id))
    assert held
    return Party(
        number,
        provider,
        told,
        case_key,
        case_id,
        kept.submission_id,
        sha256(content(case_key)).hexdigest(),
        round_id,
        held,
    )


APART = {
    "accounts": "by which an authority is found: tests/sync/test_signing_in.py and test_account_pages.py",
    "api_tokens": "as accounts",
    "attempts": "keyed hashes, of no authority",
    "calendar_feeds": "an account's own: tests/sync/test_wheel.py",
    "key_owners": "wrapped keys, which open nothing by themselves",
    "keys": "the same",
    "one_time_links": "as accounts",
    "secrets": "what was asked for already",
}
"""Modules of the store that hold nothing of a case, and why."""


ASKS_NOTHING = frozenset({"scope_of", "is_writing"})
"""Functions that look at a connection's options alone."""


def public_functions() -> set[str]:
    """Every function of the store that asks or changes the database, as `module.name`."""
    found = set()
    for module in pkgutil.iter_modules(sync.store.__path__):
        if module.name in APART:
            continue
        for name, function in getmembers(import_module(f"sync.store.{module.name}"), isfunction):
            ours = function.__module__ == f"sync.store.{module.name}" and not name.startswith("_")
            if ours and name not in ASKS_NOTHING and next(iter(signature(function).parameters), "") == "connection":
                found.add(f"{module.name}.{name}")
    return found


def _received(party: Party) -> Received:
    return Received(party.submission_id, Status.REFUSED, None, None, 0, 0, is_new=False)


def each(function: Callable[..., Any], connection: Any, *given: Any) -> None:
    """Something done to every meeting that there can be here; what is not there is passed over."""
    for number in range(1, 9):
        with suppress(NoResultFound):
            function(connection, number, *given)


def chosen(connection: Any) -> None:
    """Another parameter set in one's own authority."""
    with suppress(NotActivated):
        parameters.activate(connection, CHOSEN, 1, Taken("x", "x", NOW, ON_DATE))


def go_on_within(connection: Any, authority: int) -> None:
    """Out of one's scope into the other's whole authority: refused."""
    with pytest.raises(ValueError, match="stays within its scope"):
        boundaries.go_on_within(connection, authority, "user:1")


def made_up(case_id: int) -> Any:
    """A case's row as one who guesses would make it up."""
    return SimpleNamespace(id=case_id, provider="x")


CHOSEN = replace(PARAMETERS, tolerance_hours=Decimal(3))
SAID = Said("x", "x", "x")
DEED = Deed(Act.RETURNED, "Fremmed", "fremmed")
_READ = {"status": Status.ACCEPTED, "case_id": None}
Try = Callable[[Any, Party], Any]
GUESSED: dict[str, Try] = {
    "comments.talked_of": lambda c, p: comments.talked_of(c, [p.case_id]),
    "filings.filing": lambda c, p: filings.filing(c, p.submission_id),
    "filings.acts": lambda c, p: filings.acts(c, [p.submission_id]),
    "filings.waits_for_a_case": lambda c, p: filings.waits_for_a_case(c, p.submission_id),
    "filings.of_round_case": lambda c, p: filings.of_round_case(c, p.round_case_id),
    "filings.round_of": lambda c, p: filings.round_of(c, p.submission_id),
    "filings.newest_beside": lambda c, p: filings.newest_beside(c, p.submission_id),
    "filings.given": lambda c, p: filings.given(c, [p.case_id]),
    "rounds.one_round": lambda c, p: rounds.one_round(c, p.round_id),
    "rounds.board_rows": lambda c, p: rounds.board_rows(c, p.round_id),
    "rounds.by_link": lambda c, p: rounds.by_link(c, p.round_case_id, 1),
    "rounds.place_of": lambda c, p: rounds.place_of(c, p.case_id, None),
    "rounds.in_rounds": lambda c, p: rounds.in_rounds(c, [p.case_id]),
    "rounds.hold_case": lambda c, p: rounds.hold_case(c, p.round_case_id),
    "submissions.waiting": lambda c, p: submissions.waiting(c, p.submission_id),
    "submissions.submission": lambda c, p: submissions.submission(c, p.submission_id),
    "submissions.names_of": lambda c, p: submissions.names_of(c, p.submission_id),
    "submissions.versions_of": lambda c, p: submissions.versions_of(c, p.case_id),
    "submissions.counting": lambda c, p: submissions.counting(c, [p.case_id]),
}
"""By an id of another's: each must find nothing."""
LISTED: dict[str, Try] = {
    "authorities.authorities": lambda c, _: authorities.authorities(c),
    "cases.case_row": lambda c, p: cases.case_row(c, p.case_key),
    "cases.known_case": lambda c, p: cases.known_case(c, p.case_key),
    "cases.house": lambda c, p: [cases.house(c, name) for name in ("Bakkehuset 2", f"Hus af {p.mark}")],
    "cases.house_cases": lambda c, _: cases.house_cases(c, "Bakkehuset 2"),
    "cases.count": lambda c, _: cases.count(c),
    "cases.listed": lambda c, _: cases.listed(c),
    "cases.newest_list": lambda c, _: cases.newest_list(c),
    "comments.of_case": lambda c, p: comments.of_case(c, p.case_key),
    "dates.deadlines": lambda c, _: dates.deadlines(c, EVER),
    "dates.reviews": lambda c, _: dates.reviews(c, EVER),
    "dates.meetings": lambda c, _: dates.meetings(c, EVER),
    "dates.tasks": lambda c, _: dates.tasks(c, EVER),
    "dates.negotiations": lambda c, _: dates.negotiations(c, EVER),
    "comparison.narrow_rows": lambda c, _: compared.narrow_rows(c),
    "comparison.newest_status": lambda c, _: compared.newest_status(c),
    "comparison.case_records": lambda c, _: compared.case_records(c),
    "comparison.reports": lambda c, _: compared.reports(c),
    "comparison.houses_to_check": lambda c, _: compared.houses_to_check(c),
    "comparison.counting_files": lambda c, _: compared.counting_files(c, "Bakkehuset 2"),
    "filings.tray": lambda c, _: filings.tray(c),
    "filings.in_tray": lambda c, _: filings.in_tray(c),
    "queue.lost_from_queue": lambda c, _: queue.lost_from_queue(c, NOW),
    "rounds.rounds": lambda c, _: rounds.rounds(c),
    "rounds.already_in_a_round": lambda c, p: rounds.already_in_a_round(c, PERIOD, [p.case_key]),
    "submissions.unfinished": lambda c, _: submissions.unfinished(c, NOW),
    "submissions.received_files": lambda c, _: submissions.received_files(c),
    "audit.entries": lambda c, p: list(audit.entries(c, p.case_key, limit=50)),
    "cases.house_keys": lambda c, _: cases.house_keys(c, "Bakkehuset 2"),
    "cases.newest_models": lambda c, _: cases.newest_models(c),
    "chain.verify": lambda c, _: chain.verify(c).broken,
    "comparison.fingerprint": lambda c, _: compared.fingerprint(c),
    "decisions.decision_rows": lambda c, p: decisions.decision_rows(c, p.case_key),
    "decisions.decisions": lambda c, _: decisions.decisions(c),
    "decisions.talked_about": lambda c, _: len(decisions.talked_about(c, range(20))),
    "erasing.due_cases": lambda c, _: erasing.due_cases(c, EVER[1], 1),
    "erasing.due_files": lambda c, _: erasing.due_files(c, EVER[1], 1),
    "erasing.known_by_key": lambda c, _: erasing.known_by_key(c, ["x"]),
    "erasing.log": lambda c, _: erasing.log(c),
    "filings.case_key_of": lambda c, p: filings.case_key_of(c, p.submission_id),
    "meetings.meeting": lambda c, p: [meetings.meeting(c, p.case_key, number) for number in range(1, 9)],
    "meetings.minutes": lambda c, _: [meetings.minutes(c, number) for number in range(1, 9)],
    "meetings.of_case": lambda c, p: meetings.of_case(c, p.case_key),
    "meetings.tasks": lambda c, _: [meetings.tasks(c, number) for number in range(1, 9)],
    "negotiation.earlier": lambda c, p: negotiation.earlier(c, {p.case_id: 1}),
    "negotiation.history": lambda c, p: negotiation.history(c, p.case_key),
    "negotiation.is_closed_to": lambda c, _: negotiation.is_closed_to(c),
    "negotiation.negotiated": lambda c, _: len(negotiation.negotiated(c, range(20))),
    "negotiation.standings": lambda c, _: negotiation.standings(c).items(),
    "submissions.first_receipts": lambda c, p: submissions.first_receipts(c, [p.submission_id]),
    "submissions.newest": lambda c, _: submissions.newest(c, 50),
    "submissions.newest_reports": lambda c, _: list(submissions.newest_reports(c, 1_000)),
    "parameters.activated": lambda c, _: parameters.activated(c),
    "parameters.fixed_values": lambda c, _: parameters.fixed_values(c, frozenset({"sleeping_weight"})),
    "parameters.in_use": lambda c, _: parameters.in_use(c),
    "waiting.following": lambda c, _: waiting.following(c).items(),
    "waiting.open_rows": lambda c, _: waiting.open_rows(c),
}
"""What lists or finds by a name: none must show a mark of another's, nor its ids."""
CHANGES: dict[str, Try] = {
    "authorities.add": lambda c, _: authorities.add(c, "Tredje", NOW),
    "authorities.rename": lambda c, p: authorities.rename(c, p.authority, "Omdøbt"),
    "audit.append": lambda c, _: audit.append(c, []),
    "audit.forget_case": lambda c, _: audit.forget_case(c, "S-9998"),
    "audit.note": lambda c, p: audit.note(c, Action.CASE_READ, case=p.case_key),
    "decisions.record": lambda c, p: decisions.record(c, decided(p.case_key, "x"), made_up(p.case_id), PARAMETERS, NOW),
    "erasing.erase_case": lambda c, _: erasing.erase_case(c, "S-9998", ON_DATE, NOW, "x", also_in_rounds=True),
    "erasing.erase_file": lambda c, p: erasing.erase_file(c, p.submission_id, NOW, "x"),
    "meetings.add_task": lambda c, _: each(meetings.add_task, c, ("x", "x", ON_DATE), NOW),
    "meetings.call": lambda c, p: meetings.call(c, p.case_id, called("x"), NOW),
    "meetings.change": lambda c, _: each(meetings.change, c, called("x")),
    "meetings.finish_task": lambda c, _: meetings.finish_task(c, 1, 1, NOW),
    "meetings.write_minutes": lambda c, _: each(meetings.write_minutes, c, SAID, {}, NOW),
    "negotiation.change": lambda c, p: negotiation.change(c, [Change(p.case_id, 1, UNTOUCHED)], NOW),
    "parameters.activate": lambda c, _: chosen(c),
    "cases.recompute": lambda c, _: cases.recompute(c, CHOSEN),
    "boundaries.enter_postgresql": lambda *_: None,
    "boundaries.enter_sqlite": lambda *_: None,
    "boundaries.go_on_within": lambda c, p: go_on_within(c, p.authority),
    "boundaries.protect": lambda c, _: sync.store.boundaries.protect(c),
    "cases.import_cases": lambda c, _: take_over(c, scope_of(c).authority or 1),
    "comments.say": lambda c, p: comments.say(c, p.case_key, "x", "Fremmed", "", NOW),
    "filings.came_by": lambda c, p: filings.came_by(c, _received(p), p.round_case_id, NOW, Status.RECEIVED),
    "filings.file_in_round": lambda c, p: filings.file_in_round(c, p.submission_id, None),
    "filings.give_case": lambda c, p: filings.give_case(c, p.submission_id, p.case_id, DEED, NOW, Status.RECEIVED),
    "filings.dismiss": lambda c, p: filings.dismiss(c, p.submission_id, DEED, NOW),
    "filings.note": lambda c, p: filings.note(c, p.submission_id, DEED, NOW),
    "filings.to_be_read": lambda c, p: filings.to_be_read(c, p.submission_id, NOW, Status.RECEIVED),
    "queue.enqueue": lambda c, p: queue.enqueue(c, [p.submission_id]),
    "rounds.open_round": lambda c, _: rounds.open_round(c, NewRound("x", PERIOD, "liste", PERIOD.end), [], NOW),
    "rounds.mark_issued": lambda c, p: rounds.mark_issued(c, p.round_id, [p.case_key], NOW),
    "rounds.mark_sent": lambda c, p: rounds.mark_sent(c, p.round_id, [p.case_key], NOW),
    "rounds.mark_reminded": lambda c, p: rounds.mark_reminded(c, p.round_id, [p.case_key], NOW),
    "rounds.move_deadline": lambda c, p: rounds.move_deadline(c, p.round_id, ON_DATE),
    "rounds.withdraw": lambda c, p: rounds.withdraw(c, p.round_id, p.case_key, "x", NOW),
    "rounds.revoke_link": lambda c, p: rounds.revoke_link(c, p.round_id, p.case_key),
    "service_role.grant": lambda c, _: sync.store.service_role.grant(c, c.engine.url.set(username="postgres")),
    "submissions.receive": lambda c, _: submissions.receive(c, Kept("f" * 64, None), 1, "x", NOW, Status.RECEIVED),
    "submissions.held": lambda c, p: submissions.held(c, p.submission_id),
    "submissions.sender_of": lambda c, p: submissions.sender_of(c, p.submission_id),
    "submissions.finish": lambda c, p: submissions.finish(c, p.submission_id, _READ, {}, NOW),
    "submissions.read_again": lambda c, p: submissions.read_again(c, [p.case_key], NOW),
}
"""What changes rows, given another's ids: nothing of the other's is changed by any."""


def shown(content: bytes) -> str:
    """What a file or page says; of an archive or workbook what its parts say, of JSON without escapes."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return re.sub(r"\\u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), content.decode(errors="replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(shown(archive.read(name)) for name in archive.namelist())

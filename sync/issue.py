"""From a case list to the schedule templates of its cases: the list is taken over, then the templates are made."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from bit_model.case import Case
from bit_model.parameters import ParameterSet
from bit_model.schedule import Entry, Period, Schedule
from bit_model.usual_day import usual_day
from sync.authorities import opened
from sync.failures import Failure
from sync.settings import Settings
from sync.store import Store, audit, cases, rounds, submissions
from sync.store.audit import Action
from sync.store.cases import Imported, import_cases
from sync.store.database import writing
from sync.store.parameters import in_use
from sync.store.rounds import NewRound
from sync.token import FormToken, signed
from workbook_templates.case_list.read import CaseList
from workbook_templates.layouts.doegnskema import Form
from workbook_templates.layouts.flavours import Flavour
from workbook_templates.problems import Problem
from workbook_templates.reading import case_list_pool
from workbook_templates.schedule.kept import unpack_entries

_NOT_IN_FILE_NAMES = re.compile(r"[^\w.-]")
_FILE_NAMES = {Form.LIST: "doegnskema-{}.xlsx", Form.GRID: "doegnskema-net-{}.xlsx"}


@dataclass(frozen=True, slots=True)
class Issued:
    """One template, ready to be sent. `has_pattern` is True where it offers the case's usual days."""

    file_name: str
    content: bytes
    case_key: str
    form: Form
    has_pattern: bool


def take_in_case_list(content: bytes, settings: Settings) -> tuple[CaseList, Imported | None]:
    """The case list and what it changed; None when errors kept it out, so that the old list still holds."""
    with case_list_pool(settings.limits) as reader:
        outcome = reader.run(content)
    case_list = CaseList(problems=(outcome,)) if isinstance(outcome, Problem) else outcome
    if not case_list.sound:
        return case_list, None
    now = dt.datetime.now(dt.UTC)
    store = opened(settings)
    with closing(store), writing(store.engine) as connection:
        parameters = in_use(connection)
        imported = import_cases(
            connection,
            case_list.cases,
            case_list.tariff_models,
            case_list.houses,
            parameters,
            now.astimezone().date(),
            now,
        )
    return case_list, imported


def issue_templates(
    store: Store,
    case_list: CaseList,
    wanted: Sequence[Case],
    period: Period,
    forms: Sequence[Form] = (Form.LIST,),
    *,
    with_pattern: bool = True,
    flavour: Flavour = Flavour.PLAIN,
    today: dt.date | None = None,
) -> Iterator[Issued]:
    """A template per case and form for the period, case by case, each with a token signed by the store's key.

    The token says that it was issued on `today`, which is by the clock where it is not given. With a pattern it offers
    the usual days of the schedule that counts for the case, where there is one.
    """
    from workbook_templates.schedule.stamp import issue_schedule

    with store.engine.connect() as connection:
        parameters = in_use(connection)
    issued_on = today or dt.datetime.now().astimezone().date()
    names = _names(case_list.cases)
    for case in wanted:
        pattern = _usual_days(store, case, parameters) if with_pattern else None
        for form in forms:
            token = signed(FormToken(case.case_key.strip(), period, form, issued_on), store.key, store.scope.authority)
            content = issue_schedule(
                case,
                period,
                case_list.house_size(case),
                token,
                parameters,
                form=form,
                pattern=pattern,
                flavour=flavour,
            )
            name = _FILE_NAMES[form].format(names[case.case_key])
            yield Issued(name, content, case.case_key, form, pattern is not None)


def note_issued(store: Store, case_keys: Iterable[str]) -> None:
    """Note in the audit that templates of the cases are made for somebody, outside a round."""
    with writing(store.engine) as connection:
        for key in case_keys:
            audit.note(connection, Action.TEMPLATE_ISSUED, case=key)


def open_round_of(settings: Settings, new: NewRound, case_keys: Sequence[str]) -> int:
    """A round over cases whose templates are being issued; raises `Failure` where one is in such a round already."""
    now = dt.datetime.now(dt.UTC)
    store = opened(settings)
    with closing(store), writing(store.engine) as connection:
        if busy := rounds.already_in_a_round(connection, new.period, case_keys):
            raise Failure(
                f"{len(busy)} sager er allerede i en runde med samme periode, den første er {busy[0]}. "
                "Udsted uden --round, eller tag dem ud af runden på siderne."
            )
        round_id = rounds.open_round(connection, new, case_keys, now)
        rounds.mark_issued(connection, round_id, case_keys, now)
    return round_id


def issue_round(store: Store, round_id: int, case_keys: Iterable[str], now: dt.datetime) -> Iterator[Issued]:
    """The templates of a round's cases, noted as issued once they are all made.

    A case that was withdrawn, or that the newest case list no longer has, gets none.
    """
    wanted = set(case_keys)
    with store.engine.connect() as connection:
        held = rounds.one_round(connection, round_id)
        rows = rounds.board_rows(connection, round_id)
        listed = cases.newest_list(connection)
    if held is None:
        return
    keys = {row.case_key for row in rows if row.case_key in wanted and row.withdrawn_at is None}
    made = [case for case in listed.cases if case.case_key in keys]
    yield from issue_templates(
        store,
        CaseList(*listed),
        made,
        Period(held.period_start, held.period_end),
        (Form(held.form),),
        today=now.astimezone().date(),
    )
    with writing(store.engine) as connection:
        rounds.mark_issued(connection, round_id, [case.case_key for case in made], now)


def _names(cases: Sequence[Case]) -> Mapping[str, str]:
    """What stands for each case key in a file name; keys that would be alike there, such as S/1 and s_1, by number."""
    met: Counter[str] = Counter()
    names = {}
    for case in cases:
        name = _NOT_IN_FILE_NAMES.sub("_", case.case_key)
        met[name.casefold()] += 1
        number = met[name.casefold()]
        names[case.case_key] = f"{name}~{number}" if number > 1 else name
    return names


def _usual_days(store: Store, case: Case, parameters: ParameterSet) -> Mapping[str, Sequence[Entry]] | None:
    """The usual days of the case's newest schedule without errors; None where there is none, or nothing is usual."""
    with store.engine.connect() as connection:
        known = cases.case_row(connection, case.case_key.strip())
        counting = submissions.counting(connection, [known.id]) if known else []
    for kept in counting:
        period = Period(kept.period_start, kept.period_end)
        found = usual_day(Schedule(kept.case_key, period, tuple(unpack_entries(kept.entries))), parameters)
        return found if any(found.values()) else None
    return None

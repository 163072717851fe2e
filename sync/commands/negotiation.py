"""`bitark negotiate`: the changes of a comparison workbook taken over on the command line.

Heavy libraries are imported where they are used.
"""

import datetime as dt
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from sync.commands.options import FINE, PROBLEMS, AsJson, Database, console, print_json, settings

if TYPE_CHECKING:
    from sync.negotiation.returned import Outcome
    from sync.settings import Settings


def negotiate(
    file: Annotated[
        Path, typer.Argument(help="Sammenligningen med ændringer.", exists=True, dir_okay=False, readable=True)
    ],
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Tag ændringerne i sammenligningens forhandlingskolonner med tilbage."""
    from sync.settings import keyed

    outcome = _taken_back(file, keyed(settings(db)))
    if as_json:
        print_json(outcome.as_json())
    else:
        _print(file.name, outcome)
    raise typer.Exit(FINE if outcome.is_fine else PROBLEMS)


def _taken_back(file: Path, made: "Settings") -> "Outcome":
    from sync.authorities import opened
    from sync.negotiation.returned import take_back
    from workbook_templates.reading import reader_pool

    with (
        closing(opened(made)) as store,
        reader_pool(limits=made.limits) as reader,
    ):
        return take_back(store, reader, file.read_bytes(), made.limits, dt.datetime.now(dt.UTC))


def _print(name: str, outcome: "Outcome") -> None:
    """Each change, then what is wrong, then the sum."""
    from sync.negotiation.returned import NOTHING, told
    from workbook_templates.layouts.sammenligning import CASES
    from workbook_templates.terminal import print_problems

    labels = {field.key: field.label.da for field in CASES.fields}
    for one in outcome.applied:
        for key in one.changed:
            before, now = (told(values, key) or NOTHING for values in (one.before, one.now))
            console.print(f"{escape(one.case_key)}  {labels[key]}: {escape(before)} → {escape(now)}", highlight=False)
    print_problems(console, name, outcome.problems)
    changed, both = len(outcome.applied), len(outcome.conflicts)
    told_sum = f"Ændret: {changed}. Ændret begge steder: {both}. Uændret: {outcome.unchanged}."
    console.print("Intet er ændret." if outcome.refused else told_sum, highlight=False)

"""`bitark parameters`: the parameter set in use, what a file's values would change, and taking them into use."""

import datetime as dt
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from sync.commands.options import AsJson, Database, console, file_if_any, print_json, settings
from sync.failures import Failure

if TYPE_CHECKING:
    from bit_model.parameters import ParameterSet
    from sync.store import Store
    from sync.store.parameters import ReadOtherwise
    from sync.whatif.consequence import Consequence

ROLE = "Drift (kommandolinjen)"
"""How the list of sets names who took one into use here."""


def parameters(
    file: Annotated[
        Path | None,
        typer.Argument(help="JSON med de værdier, der skal prøves, som --json skriver dem.", callback=file_if_any),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Hvem der har besluttet det, og hvorfor. Uden den vises kun, hvad der ville ske.")
    ] = "",
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Vis parametersættet, der er i brug; med en fil, hvad dens værdier ville ændre; med --reason tages de i brug."""
    from sync.authorities import opened
    from sync.store.parameters import in_use, to_values
    from sync.whatif.parameter_file import read_file, shown

    with closing(opened(settings(db))) as store:
        with store.engine.connect() as connection:
            active = in_use(connection)
        if file is not None:
            wanted = read_file(file, active)
            _tell(active, wanted, _consequence(store, active, wanted), as_json=as_json)
            if reason:
                title = _take(store, active, wanted, reason)
                if not as_json:
                    console.print(f"[bold]{escape(title)}[/] er taget i brug, og alle sager er regnet om.")
            return
    if as_json:
        print_json({"name": active.name, **to_values(active)})
        return
    console.print(f"[bold]{escape(active.title)}[/], gælder fra {active.valid_from:%d-%m-%Y}, {active.rule_set}")
    for name in to_values(active):
        console.print(f"{name:<22} {escape(shown(getattr(active, name)))}", highlight=False)


def _consequence(store: "Store", active: "ParameterSet", wanted: "ParameterSet") -> "Consequence":
    from sync.audit.reading import seen
    from sync.store.audit import Action
    from sync.store.parameters import ReadOtherwise, differing, fixed_values
    from sync.whatif.consequence import consequence

    with store.engine.connect() as connection:
        if fixed := fixed_values(connection, differing(active, wanted)):
            raise _read_otherwise(ReadOtherwise(fixed))
        found = consequence(connection, active, wanted)
    seen(store, Action.COMPARISON_READ, cases=len(found.cases))
    return found


def _tell(active: "ParameterSet", wanted: "ParameterSet", found: "Consequence", *, as_json: bool) -> None:
    from sync.store.parameters import differing, to_values
    from sync.whatif.parameter_file import shown
    from workbook_templates.readings import word

    names = [name for name in to_values(active) if name in differing(active, wanted)]
    states = [(one.before.case_key, one.before.comparison.state, one.after.comparison.state) for one in found.changed]
    if as_json:
        print_json({"changed": names, "cases": [{"case_key": k, "before": a, "after": b} for k, a, b in states]})
        return
    for name in names:
        before, after = shown(getattr(active, name)), shown(getattr(wanted, name))
        console.print(f"{name}: {escape(before)} → {escape(after)}", highlight=False)
    for case_key, before_state, after_state in states:
        console.print(f"{escape(case_key)}: {word(before_state)} → {word(after_state)}", highlight=False)
    console.print(f"{len(states)} af {len(found.cases)} sager ville stå anderledes.", highlight=False)


def _take(store: "Store", active: "ParameterSet", wanted: "ParameterSet", reason: str) -> str:
    from bit_model.checks import check_text
    from sync.pages import COPENHAGEN
    from sync.store.database import writing
    from sync.store.parameters import AnotherInUse, ReadOtherwise, SameValues, Taken, activate

    if any(found.code == "R21" for text in (wanted.name, reason) for found in check_text(text, "reason", 0)):
        raise Failure("Navn og begrundelse må ikke have CPR-numre eller e-mailadresser. Skriv dem uden.")
    now = dt.datetime.now(dt.UTC)
    taken = Taken(ROLE, reason, now, now.astimezone(COPENHAGEN).date())
    try:
        with writing(store.engine) as connection:
            return activate(connection, wanted, active.version, taken).title
    except SameValues as error:
        raise Failure("Værdierne er de samme som dem, der er i brug. Intet er ændret.") from error
    except AnotherInUse as error:
        raise Failure("Et andet sæt er taget i brug imens. Intet er ændret. Kør kommandoen igen.") from error
    except ReadOtherwise as error:
        raise _read_otherwise(error) from error


def _read_otherwise(outcome: "ReadOtherwise") -> Failure:
    names = ", ".join(sorted(outcome.attributes))
    return Failure(
        f"Filen ændrer, hvordan skemaer måles ({names}), og der er allerede læst skemaer. Intet er ændret. De værdier "
        "vælges, før det første skema er modtaget: tag dem ud af filen, eller lav en ny database med dem, og læs "
        "sagslisten og de samme filer ind i den; se docs/operations.md."
    )

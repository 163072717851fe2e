"""What `bitark audit verify` says of a chain, in Danish and as JSON."""

import re
from types import MappingProxyType
from typing import Any

from sync.failures import Failure
from sync.store.chain import Break, Fault, Head, Verdict

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")
FAULTS = MappingProxyType(
    {
        Fault.MISSING: "posten mangler. Den er fjernet, eller dens nummer er ændret.",
        Fault.OUT_OF_PLACE: "nummeret står ikke, hvor det skal. Det er ændret, eller posten er sat ind.",
        Fault.CHANGED: "indholdet passer ikke til postens hash. Posten er ændret, efter den blev skrevet.",
        Fault.NOT_LINKED: "posten peger ikke på hashen før den. Den eller posten før er skiftet ud.",
        Fault.CASE_CHANGED: "sagens nøgle er ændret, efter posten blev skrevet (tabellen audit_case).",
        Fault.SHORTER_THAN_KEPT: "kæden er kortere end det hoved, I har gemt. Dens sidste poster er fjernet.",
        Fault.OTHER_THAN_KEPT: "posten er en anden end det hoved, I har gemt. Kæden er skrevet om.",
        Fault.UNREADABLE: "databasen kan ikke læses herfra. Filen er beskadiget.",
    }
)
REMEDY = (
    "Ret ikke noget. Gem en kopi af databasen, som den er, find den nyeste sikkerhedskopi, hvor kæden er hel, "
    "og afklar, hvem der har haft adgang til databasen siden."
)


def head_of(text: str | None) -> Head | None:
    """A kept head as it was printed; raises `Failure` for what is none."""
    if text is None:
        return None
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise Failure("Et hoved skrives NUMMER:HASH, som bitark audit verify viste det.")
    return Head(int(found[1]), found[2])


def told(verdict: Verdict, kept: Head | None) -> str:
    """The verdict in words: how far the chain is whole, its head, and the first broken link."""
    head, broken = verdict.head, verdict.broken
    if broken is not None:
        at = f", skrevet {broken.at}" if broken.at else ""
        return "\n".join(
            (
                f"Kæden er brudt ved nummer {broken.number}{at}: {FAULTS[broken.fault]}",
                f"Hel til og med nummer {head.number}. Hovedet dér: {head}",
                REMEDY,
            )
        )
    lines = [f"Kæden er hel: {head.number} poster. Hoved: {head}"]
    if verdict.forgotten:
        lines.append(f"Sager, der er slettet, og som ingen længere kan se i sporet: {verdict.forgotten}.")
    lines.append(
        f"Den indeholder det gemte hoved {kept.number}."
        if kept
        else "Gem hovedet et andet sted end databasen: kun med --head opdages det, at de sidste poster er fjernet."
    )
    return "\n".join(lines)


def as_keys(verdict: Verdict) -> dict[str, Any]:
    """The verdict under stable keys; `broken` is null where the chain is whole."""
    return {
        "whole": verdict.broken is None,
        "entries": verdict.head.number,
        "head": str(verdict.head),
        "erased_cases": verdict.forgotten,
        "broken": verdict.broken and _broken(verdict.broken),
    }


def _broken(broken: Break) -> dict[str, Any]:
    return {"number": broken.number, "at": broken.at, "fault": broken.fault, "message": FAULTS[broken.fault]}

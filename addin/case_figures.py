"""A case's figures as the service tells them, under their keys and in the user's words."""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from addin.arguments import ArgumentError
from addin.client import Client, service_address
from bit_model.comparison import Pair, Pillar, State
from workbook_templates.layout import fold
from workbook_templates.layouts.sammenligning import CASES, state_key
from workbook_templates.readings import ask_for, pattern_text, word

KEPT_SECONDS = 60
"""So long a case's answer serves all the cells that ask for it."""
KEYS = (
    *("budget_area", "provider", "need", "delivered", "financed"),
    *(key for pair in Pair for key in (pair.value, state_key(pair))),
    *("state", "reading", "day_rate", "version"),
)
"""What can be asked for of a case, in the order it is shown: columns of the central comparison."""
FIELDS = {field.key: field for field in CASES.fields if field.key in KEYS}
_NAMES = {fold(name): key for key, field in FIELDS.items() for name in (key, field.label.da, field.label.en)}


def figures(body: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the keys of `KEYS`: hours per week and kr per day as floats, the rest in Danish; None: unaccounted."""
    first, second, third = (State(body["states"][pair.value]) for pair in Pair)
    missing = [pillar for pillar in Pillar if body[pillar.value] is None]
    found = {key: body.get(key) for key in KEYS}
    found |= {state_key(pair): word(state) for pair, state in zip(Pair, (first, second, third), strict=True)}
    found["state"] = word(State(body["state"]))
    found["reading"] = ask_for(missing) if missing else pattern_text((first, second, third))
    found["version"] = (body.get("submission") or {}).get("case_version")
    return found


def figure(case_key: str, name: str) -> Any:
    """One figure of a case by its key or by its heading in the central comparison; None where it is unaccounted.

    Raises `ArgumentError` for a name that is none, and `ServiceError` where the service does not answer.
    """
    key = _NAMES.get(fold(name))
    if key is None:
        raise ArgumentError(f"Argumentet field skal være en af {', '.join(KEYS)}, ikke {name}.")
    return _kept(service_address(), case_key, int(time.monotonic() // KEPT_SECONDS))[key]


@lru_cache(maxsize=512)
def _kept(address: str, case_key: str, _minute: int) -> dict[str, Any]:
    return figures(Client(address).case(case_key))

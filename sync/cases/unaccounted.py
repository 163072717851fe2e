"""What a case does not account for yet, and whom to ask about it."""

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import gettext

from bit_model.comparison import Pillar
from bit_model.content import ContentState
from bit_model.tariff import Note
from sync.cases.figures import CaseFigures
from sync.pages import hours, word

_OWN = frozenset({Note.NO_MODEL, Note.FIGURE_MISSING, Note.BELOW_BASE})
"""What the authority's own case list lacks; the rest only the provider knows."""


class Question(NamedTuple):
    """What is not known, and who is asked."""

    what: str
    whom: str


def questions(figures: CaseFigures) -> list[Question]:
    """Every question of the case, in causal order: need, support, tariff."""
    case = figures.record.case
    own = case.responsible or gettext("sagsbehandleren")
    return [*_of_need(figures, own), *_of_support(figures, case.provider), *_of_tariff(figures, own)]


def _of_need(figures: CaseFigures, own: str) -> Iterator[Question]:
    case = figures.record.case
    if Pillar.NEED in figures.row.comparison.missing:
        yield Question(gettext("Hvor mange timer om ugen er der bestilt?"), own)
    if case.need is not None and not case.order:
        yield Question(gettext("Hvilke temaer og mål er timerne bestilt til?"), own)


def _of_support(figures: CaseFigures, provider: str) -> Iterator[Question]:
    if figures.measurement is None:
        if figures.versions:
            yield Question(gettext("Det nyeste skema har fejl. Hvornår kommer det rettet?"), provider)
        else:
            yield Question(gettext("Døgnskemaet mangler. Hvornår kommer det?"), provider)
    content = figures.content
    for line in (*content.themes, *content.goals) if content else ():
        if line.state is ContentState.ORDERED_WITHOUT_TIME and line.ordered:
            told = {"name": line.name, "n": hours(line.ordered)}
            yield Question(gettext("%(name)s: %(n)s timer er bestilt, men ingen er målt. Hvorfor?", **told), provider)
        elif line.state is ContentState.TIME_WITHOUT_ORDER:
            told = {"name": line.name, "n": hours(line.measured)}
            text = gettext("%(name)s: %(n)s timer er målt, men ikke bestilt. Hvad går de til?", **told)
            yield Question(text, provider)
    unplaced = next((one for one in content.themes if one.state is ContentState.UNPLACED), None) if content else None
    if unplaced is not None:
        yield Question(gettext("%(n)s timer har intet tema. Hvad går de til?", n=hours(unplaced.measured)), provider)


def _of_tariff(figures: CaseFigures, own: str) -> Iterator[Question]:
    provider = figures.record.case.provider
    for line in figures.financed.unaccounted:
        amount = gettext("%(amount)s kr./%(unit)s", amount=hours(line.amount), unit=word(line.unit))
        text = gettext("Hvad dækker takstlinjen på %(amount)s, og hvilken type er den?", amount=amount)
        yield Question(text, provider)
    for note in figures.financed.notes:
        if note is not Note.UNACCOUNTED_LINES:
            yield Question(f"{word(note)}.", own if note in _OWN else provider)

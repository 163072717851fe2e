"""The pages of what decisions are worth: the three figures, the course, the years, and the anonymised report."""

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from bit_model.course import ReportLine, anonymised
from bit_model.refusion import refusion_in
from sync.audit.reading import seen
from sync.decisions.effects import FIRST_YEAR, LAST_YEAR, Effects, effects_of
from sync.documents.kinds import Document
from sync.documents.response import document_response
from sync.pages import outcome, whole_kroner
from sync.services import services
from sync.store import decisions
from sync.store.audit import Action

blueprint = Blueprint("effects", __name__, url_prefix="/effekt", template_folder="templates")


@blueprint.get("/")
def overview() -> str:
    """The three figures by area and kind of provider, the course table, several years, and the State's refund."""
    found = _effects()
    today = services().today().year
    return render_template(
        "effects/overview.html",
        effects=found,
        refusion=refusion_in(services().settings.refusion, found.year),
        years=sorted({*range(today - 2, today + 4), found.year}),
    )


@blueprint.get("/rapport")
def report() -> str:
    """The anonymised report for a council: no case, no provider, no small number."""
    found = _effects()
    smallest = services().settings.report_smallest_count
    return render_template("effects/report.html", effects=found, areas=_anonymised(found, smallest), smallest=smallest)


@blueprint.get("/rapport.<any(docx, pdf):form>")
def report_document(form: str) -> AnyResponse:
    """The same as a document, from the authority's template."""
    found = _effects()
    smallest = services().settings.report_smallest_count
    hidden = gettext("vises ikke")
    context = {
        "aar": found.year,
        "truffet": found.decided_in or "",
        "mindste": smallest,
        "omraader": [
            {
                "navn": name,
                "skjult": not lines,
                "linjer": [
                    {
                        "udfald": ", ".join(outcome(one) for one in line.outcomes),
                        "antal": line.sums.decisions,
                        "helaar": whole_kroner(line.sums.full_year) if line.shows_kroner else hidden,
                        "i_aaret": whole_kroner(line.sums.total) if line.shows_kroner else hidden,
                    }
                    for line in lines
                ],
            }
            for name, lines in _anonymised(found, smallest)
        ],
    }
    seen(services().store, Action.DECISIONS_EXPORTED, form=form, year=found.year)
    return document_response(Document.REPORT, context, form, f"rapport-{found.year}")


def _effects() -> Effects:
    made = services()
    year = request.args.get("aar", made.today().year, type=int)
    year = min(max(FIRST_YEAR, year), LAST_YEAR)
    decided_in = request.args.get("truffet", type=int)
    with made.store.engine.connect() as connection:
        history = decisions.decisions(connection)
    return effects_of(history, year, decided_in, refusion_in(made.settings.refusion, year))


def _anonymised(found: Effects, smallest: int) -> list[tuple[str, tuple[ReportLine, ...]]]:
    return [(area.budget_area, anonymised(area, smallest)) for area in found.areas]

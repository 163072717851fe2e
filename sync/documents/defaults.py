"""The built-in templates: Word documents whose fields docxtpl fills in. They are what an authority edits a copy of.

`{{ felt }}` is a value, `{%p … %}` a paragraph that repeats or is left out, `{%tr … %}` a row of a table that does.
"""

from collections.abc import Callable, Sequence
from io import BytesIO

import docx
from docx.document import Document as Word
from docx.shared import Cm, Pt
from flask_babel import gettext

from sync.documents.kinds import Document

FONT = "IBM Plex Sans"


def default_template(kind: Document) -> bytes:
    """The built-in template, its fixed words in the current language."""
    word = docx.Document()
    word.styles["Normal"].font.name = FONT
    word.styles["Normal"].font.size = Pt(11)
    for section in word.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
    _WRITERS[kind](word)
    written = BytesIO()
    word.save(written)
    return written.getvalue()


def _invitation(word: Word) -> None:
    word.add_heading(gettext("Indkaldelse til møde om sag") + " {{ sag }}", 1)
    _when_and_where(word)
    word.add_heading(gettext("Deltagere"), 2)
    _list(word, "deltagere")
    word.add_heading(gettext("Dagsorden"), 2)
    _list(word, "dagsorden", "List Number")
    _own_words(word)
    word.add_heading(gettext("Tallene, som de står nu"), 2)
    _figures(word)


def _minutes(word: Word) -> None:
    word.add_heading(gettext("Referat af møde om sag") + " {{ sag }}", 1)
    _when_and_where(word)
    word.add_paragraph(gettext("Version") + " {{ version }}, {{ skrevet }}")
    word.add_heading(gettext("Deltagere"), 2)
    _list(word, "deltagere")
    _own_words(word)
    word.add_heading(gettext("Referat"), 2)
    word.add_paragraph("{{ referat }}")
    word.add_heading(gettext("Tallene, som de stod den dag"), 2)
    _figures(word)
    word.add_heading(gettext("Opgaver"), 2)
    headings = (gettext("Hvad"), gettext("Hvem"), gettext("Senest"), gettext("Udført"))
    _table(word, headings, "opgaver", ("hvad", "hvem", "senest", "udfoert"))


def _report(word: Word) -> None:
    word.add_heading(gettext("Afgørelser og deres virkning") + " {{ aar }}", 1)
    word.add_paragraph(
        gettext("Ingen linje handler om færre afgørelser end")
        + " {{ mindste }}. "
        + gettext("Små grupper er lagt sammen. Hvert udvalgsområde står for sig.")
    )
    word.add_paragraph(
        gettext(
            "Et tal uden fortegn er kroner, som myndigheden ikke længere betaler. Et minus er kroner, der betales mere."
        )
    )
    word.add_paragraph("{%p for omraade in omraader %}")
    word.add_heading("{{ omraade.navn }}", 2)
    word.add_paragraph("{%p if omraade.skjult %}")
    word.add_paragraph(gettext("Området har for få afgørelser til at blive vist."))
    word.add_paragraph("{%p else %}")
    headings = (gettext("Udfald"), gettext("Afgørelser"), gettext("Helårsvirkning, kr."), gettext("Falder i året, kr."))
    _table(word, headings, "omraade.linjer", ("udfald", "antal", "helaar", "i_aaret"))
    word.add_paragraph("{%p endif %}")
    word.add_paragraph("{%p endfor %}")


def _status(word: Word) -> None:
    word.add_heading(gettext("Status for sag") + " {{ sag }}", 1)
    word.add_paragraph("{{ leverandoer }}")
    word.add_paragraph("{%p if foerste %}")
    word.add_paragraph(gettext("Døgnskema") + " {{ foerste }} – {{ sidste }}")
    word.add_paragraph("{%p endif %}")
    word.add_paragraph("{%p for et in maal %}")
    word.add_heading("{{ et.navn }}", 2)
    _list(word, "et.linjer", "Normal")
    _list(word, "et.aktiviteter")
    word.add_paragraph("{%p for spoergsmaalet in spoergsmaal %}")
    word.add_paragraph().add_run("{{ spoergsmaalet }}").bold = True
    word.add_paragraph("…")
    word.add_paragraph("{%p endfor %}")
    word.add_paragraph("{%p endfor %}")
    word.add_paragraph("{%p if uden_maal %}")
    word.add_heading(gettext("Tid uden mål"), 2)
    _list(word, "uden_maal")
    word.add_paragraph("{%p endif %}")


def _when_and_where(word: Word) -> None:
    word.add_paragraph("{{ dag }} " + gettext("kl.") + " {{ klokken }}, {{ sted }}")


def _own_words(word: Word) -> None:
    word.add_heading(gettext("Borgerens egne ord"), 2)
    word.add_paragraph("{{ egne_ord }}")


def _figures(word: Word) -> None:
    _table(word, (gettext("Tal"), gettext("Værdi")), "tal", ("navn", "vaerdi"))
    word.add_paragraph("{{ laesning }}")
    word.add_paragraph("{{ grundlag }}")


def _list(word: Word, items: str, style: str = "List Bullet") -> None:
    word.add_paragraph(f"{{%p for punkt in {items} %}}")
    word.add_paragraph("{{ punkt }}", style)
    word.add_paragraph("{%p endfor %}")


def _table(word: Word, headings: Sequence[str], items: str, fields: Sequence[str]) -> None:
    """A table with a heading row and a row for each item."""
    table = word.add_table(4, len(headings), "Table Grid")
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    table.rows[1].cells[0].text = f"{{%tr for linje in {items} %}}"
    for cell, field in zip(table.rows[2].cells, fields, strict=True):
        cell.text = f"{{{{ linje.{field} }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"


_WRITERS: dict[Document, Callable[[Word], None]] = {
    Document.INVITATION: _invitation,
    Document.MINUTES: _minutes,
    Document.REPORT: _report,
    Document.STATUS: _status,
}

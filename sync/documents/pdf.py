"""A Word document as PDF, so that both follow the same template: headings, paragraphs, lists and tables.

Pictures, headers, footers and colours of a template are not carried over; who needs them prints the .docx.
"""

from io import BytesIO
from pathlib import Path

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph
from fpdf import FPDF

FONTS = Path(__file__).parent.parent / "static" / "vendor" / "dkfds" / "fonts" / "IBMPlexSans" / "complete" / "woff2"
FACES = {"": "Regular", "B": "Bold", "I": "Italic", "BI": "BoldItalic"}
FAMILY = "IBMPlexSans"
SIZES = {"Title": 20, "Heading 1": 18, "Heading 2": 14, "Heading 3": 12}
"""Points by the paragraph's style; others have `BODY`."""
BODY = 11
LINE = 1.4
"""Height of a line by the size of its letters."""
POINT = 0.3528
"""mm."""
INDENT_MM = 6


def pdf_of(content: bytes, title: str, language: str) -> bytes:
    """The document as PDF."""
    word = docx.Document(BytesIO(content))
    pdf = FPDF(format="A4")
    pdf.set_title(title)
    pdf.set_lang(language)
    pdf.set_margin(22)
    pdf.set_auto_page_break(auto=True, margin=20)
    for style, face in FACES.items():
        pdf.add_font(FAMILY, style, FONTS / f"{FAMILY}-{face}.woff2")
    pdf.add_page()
    number = 0
    for part in word.iter_inner_content():
        if isinstance(part, Table):
            _table(pdf, part)
            number = 0
            continue
        numbered = _style(part).startswith("List Number")
        number = number + 1 if numbered else 0
        _paragraph(pdf, part, f"{number}." if numbered else "•" if _style(part).startswith("List") else "")
    return bytes(pdf.output())


def _style(paragraph: Paragraph) -> str:
    return str(paragraph.style.name) if paragraph.style is not None else ""


def _paragraph(pdf: FPDF, paragraph: Paragraph, mark: str) -> None:
    if not paragraph.text.strip():
        return
    size = SIZES.get(_style(paragraph), BODY)
    height = size * POINT * LINE
    heading = size != BODY
    pdf.ln(height * (0.6 if heading else 0.2))
    if heading:
        pdf.start_section(paragraph.text, max(0, size < SIZES["Heading 1"]))
    left = pdf.l_margin
    if mark:
        pdf.set_font(FAMILY, "", size)
        pdf.cell(INDENT_MM, height, mark)
        pdf.set_left_margin(left + INDENT_MM)
    for run in paragraph.runs:
        bold = heading or bool(run.bold)
        pdf.set_font(FAMILY, ("B" if bold else "") + ("I" if run.italic else ""), size)
        pdf.write(height, run.text)
    pdf.set_left_margin(left)
    pdf.ln(height)


def _table(pdf: FPDF, table: Table) -> None:
    pdf.ln(2)
    pdf.set_font(FAMILY, "", BODY - 1)
    with pdf.table(line_height=(BODY - 1) * POINT * LINE, padding=1, text_align="LEFT") as written:
        for row in table.rows:
            line = written.row()
            for cell in row.cells:
                line.cell(cell.text)
    pdf.ln(2)
    pdf.set_xy(pdf.l_margin, pdf.get_y())

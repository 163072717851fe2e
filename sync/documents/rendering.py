"""From a template and what belongs in it to a Word document."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from flask_babel import gettext
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from sync.documents.defaults import default_template
from sync.documents.kinds import Document, TemplateFault

TEMPLATE_FAULTS = (
    TemplateError,
    PackageNotFoundError,
    BadZipFile,
    ArithmeticError,
    AttributeError,
    LookupError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What a template raises that somebody wrote: it is no document, or its fields say what cannot be done."""


def template(kind: Document, folder: str) -> bytes:
    """The authority's template from its folder, else the built-in one. Raises `TemplateFault`."""
    path = Path(folder) / kind.file_name
    if not folder or not path.exists():
        return default_template(kind)
    try:
        return path.read_bytes()
    except OSError as error:
        raise TemplateFault(
            gettext("Skabelonen %(name)s kan ikke læses. Se efter i mappen.", name=kind.file_name)
        ) from error


def rendered(kind: Document, folder: str, context: Mapping[str, Any]) -> bytes:
    """The document as .docx. A template cannot reach anything but the context. Raises `TemplateFault`."""
    written = BytesIO()
    try:
        made = DocxTemplate(BytesIO(template(kind, folder)))
        made.render(dict(context), SandboxedEnvironment(autoescape=True), autoescape=True)
        made.save(written)
    except TEMPLATE_FAULTS as error:
        raise TemplateFault(
            gettext(
                "Skabelonen %(name)s kan ikke bruges: %(why)s. Ret den, eller tag den ud af mappen, så den "
                "indbyggede bruges.",
                name=kind.file_name,
                why=str(error)[:200],
            )
        ) from error
    return written.getvalue()

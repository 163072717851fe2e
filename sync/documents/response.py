"""A document as the answer to a request."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import send_file
from werkzeug.wrappers import Response

from sync.documents.kinds import Document, TemplateFault
from sync.errors import answer
from sync.pages import language
from sync.services import services

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def document_response(kind: Document, context: Mapping[str, Any], form: str, name: str) -> Response:
    """The document as `docx` or `pdf` to be saved under the name; a template that cannot be used is told."""
    from sync.documents.rendering import rendered

    try:
        content = rendered(kind, services().settings.document_templates, context)
    except TemplateFault as fault:
        return answer(500, str(fault))
    if form == "pdf":
        from sync.documents.pdf import pdf_of

        content = pdf_of(content, name, language())
    mimetype = PDF if form == "pdf" else DOCX
    return send_file(BytesIO(content), mimetype, as_attachment=True, download_name=f"{name}.{form}")

"""The talk about cases: a comparison workbook with edited negotiation columns, sent back."""

from typing import Any

from flask import jsonify
from flask_babel import gettext
from pydantic import BaseModel, Field
from werkzeug.datastructures import FileStorage as ReceivedFile
from werkzeug.wrappers import Response as AnyResponse

from sync.api.bodies import ProblemBody
from sync.api.description import takes_in
from sync.api.submissions import Upload
from sync.errors import answer
from sync.negotiation.returned import take_back
from sync.pages import language
from sync.services import services


class NegotiationBody(BaseModel):
    """What became of a comparison workbook that was sent back. Nothing of a case in `conflicts` was overwritten."""

    refused: bool
    made_at: str | None = Field(description="When the workbook was fetched.")
    applied: list[dict[str, Any]] = Field(description="Cases that were changed: case_key, row, version, changed.")
    conflicts: list[dict[str, Any]] = Field(
        description="Cases changed on both sides: per field what it was before, what was sent, and what is kept."
    )
    unchanged: int
    problems: list[ProblemBody]


@takes_in("/negotiation", "comparison", gives=NegotiationBody, takes="multipart/form-data", about="It was taken over.")
def negotiate(form: Upload) -> AnyResponse:
    """Post a comparison workbook with edited negotiation columns.

    422 when nothing of it could be used; a case that was changed here meanwhile is a conflict, and is left alone.
    """
    upload: object = form.file
    if not isinstance(upload, ReceivedFile) or not upload.filename:  # flask-openapi lets a text through
        return answer(422, gettext("Filen mangler i feltet file."))
    made = services()
    outcome = take_back(made.store, made.reader, upload.read(), made.settings.limits, made.now())
    body = outcome.as_json(language())
    if outcome.refused:
        first = body["problems"][0]
        return answer(422, f"{first['message']} {first['remedy']}", body["problems"])
    return jsonify(body)

"""The page of steps, and the three files it speaks of, which a task pane of any origin may fetch: they hold no data."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sync.lite import sources
from sync.lite.wheel import file_name, wheel
from sync.services import services

blueprint = Blueprint("lite", __name__, url_prefix="/lite", template_folder="templates")
MAIN = """\
import os; os.environ["BITARK_SERVICE"] = "{address}"
from addin.hosts.lite import *
"""


@blueprint.get("/")
def page() -> str:
    """How a provider's staff get BITark into Excel, step by step."""
    return render_template(
        "lite/page.html",
        requirements=_requirements(),
        main=_main(),
        functions=sources.functions(),
        scripts=sources.scripts(),
        origins=services().settings.excel_origins,
        address=_address(),
    )


@blueprint.get("/requirements.txt")
def requirements() -> AnyResponse:
    """The line that installs the wheel."""
    return _for_any_origin(Response(_requirements(), mimetype="text/plain"))


@blueprint.get("/main.py")
def main() -> AnyResponse:
    """The two lines that load the wheel and say where the service is."""
    return _for_any_origin(Response(_main(), mimetype="text/x-python"))


@blueprint.get(f"/{file_name('<version>')}")
def package(version: str) -> AnyResponse:
    """The wheel. The address of another version leads to it, so that workbooks outlive an update of the service."""
    made = wheel()
    if version != made.version:
        return _for_any_origin(redirect(url_for(".package", version=made.version)))
    response = Response(made.content, mimetype="application/zip")
    response.set_etag(made.sha256)
    response.cache_control.no_cache = True
    return _for_any_origin(response.make_conditional(request))


def _for_any_origin(response: AnyResponse) -> AnyResponse:
    response.access_control_allow_origin = "*"
    return response


def _requirements() -> str:
    return f"{url_for('.package', version=wheel().version, _external=True)}\n"


def _main() -> str:
    return MAIN.format(address=_address())


def _address() -> str:
    """The service as it was reached; which hosts it may be reached as is a setting, and others are turned away."""
    return request.url_root.rstrip("/")

"""Headers on every answer, and whose pages may send: our own, and to the API Excel's task panes of `excel_origins`."""

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from secure import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    ReferrerPolicy,
    Secure,
    XContentTypeOptions,
    XFrameOptions,
)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
API = "/api/v1/"
PREFLIGHT = {
    "Access-Control-Allow-Headers": "content-type, authorization, if-none-match",
    "Access-Control-Max-Age": "600",  # seconds
}
REVALIDATED = frozenset({"static", "lite.package"})
"""Answers that hold no data: a browser may keep them and ask whether they have changed."""


WITH_SCRIPT = frozenset({"security.wan_register", "security.wan_signin", "security.wan_verify"})
"""Passkeys are the browser's, which only a script can ask."""


def set_up(app: Flask, excel_origins: Collection[str]) -> None:
    """Add the headers, and turn away what another site's page sends."""

    def is_invited() -> bool:
        return request.path.startswith(API) and request.headers.get("Origin") in excel_origins

    headers, with_script = _headers(_policy()), _headers(_policy().script_src("'self'"))
    not_stored = Secure(cache=CacheControl().no_store())

    @app.before_request
    def turn_other_sites_away() -> None:
        if request.method in SAFE_METHODS or is_invited():
            return
        origin = request.headers.get("Origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.host
        if foreign or request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            abort(403)

    @app.after_request
    def add_headers(response: Response) -> Response:
        (with_script if request.endpoint in WITH_SCRIPT else headers).set_headers(response)
        if request.endpoint not in REVALIDATED:
            not_stored.set_headers(response)
        if request.path.startswith(API):
            response.vary.add("Origin")
        if is_invited():
            response.access_control_allow_origin = request.headers["Origin"]
            response.headers["Access-Control-Expose-Headers"] = "ETag"
            if request.method == "OPTIONS":
                response.headers.update(PREFLIGHT | {"Access-Control-Allow-Methods": response.headers.get("Allow", "")})
        return response


def _headers(policy: ContentSecurityPolicy) -> Secure:
    return Secure(
        csp=policy,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )


def _policy() -> ContentSecurityPolicy:
    return (
        ContentSecurityPolicy()
        .default_src("'none'")
        .style_src("'self'")
        .font_src("'self'")
        .img_src("'self'", "data:")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
    )

"""Headers on every answer, and who may ask while there are no accounts: this machine's own user."""

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


def set_up(app: Flask) -> None:
    """Add the headers, and turn away what another site's page sends."""
    policy = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .style_src("'self'")
        .font_src("'self'")
        .img_src("'self'", "data:")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
    )
    headers = Secure(
        csp=policy,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )
    not_stored = Secure(cache=CacheControl().no_store())

    @app.before_request
    def turn_other_sites_away() -> None:
        if request.method in SAFE_METHODS:
            return
        origin = request.headers.get("Origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.host
        if foreign or request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            abort(403)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers.set_headers(response)
        if request.endpoint != "static":
            not_stored.set_headers(response)
        return response

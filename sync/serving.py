"""The web server around the application, and what it turns away before the application is asked.

Waitress takes a request in whole, by one thread for all connections, before it gives it to one of the threads that
work. So slow senders hold none of those up, and what is larger than an upload may be is refused while it comes.
"""

import json
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

from sync.errors import problem_details

THREADS = 8
FORM_BYTES = 1_000_000
"""What a form has around its files: the names of its fields and files."""
SILENT_SECONDS = 60
"""After so long without a byte a connection is closed."""


def web_server(app: Flask, max_upload_bytes: int, **where: Any) -> Any:
    """The server, ready to run. `where` says on which host and port, or sockets, it listens.

    Raises `OSError` or `ValueError` where it cannot listen there.
    """

    class Refused(ErrorTask):
        """A request that waitress refuses is told in the one shape of errors."""

        def execute(self) -> None:
            refused: Any = self.request
            code = refused.error.code
            with app.app_context():
                content = json.dumps(problem_details(code)).encode()
            self.status = f"{code} {refused.error.reason}"
            self.response_headers = [*self.response_headers, ("Content-Type", "application/problem+json")]
            self.set_close_on_finish()
            self.content_length = len(content)
            self.write(content)

    class Channel(HTTPChannel):
        error_task_class = Refused

    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        threads=THREADS,
        channel_timeout=SILENT_SECONDS,
        max_request_body_size=max_upload_bytes + FORM_BYTES,
        **where,
    )
    for one in sockets.values():
        if hasattr(one, "channel_class"):  # a socket that listens: one for each address of the host
            one.channel_class = Channel
    return server

"""An S3 of the tests' own on loopback, by moto."""

import logging
import secrets
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection

from moto.server import ThreadedMotoServer


class ObjectStore:
    """S3 on a free port. What is in it ends with it."""

    def __init__(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.address = f"http://{host}:{port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What obstore takes from the environment to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "eu-north-1",
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "only for tests",
        }

    def bucket(self) -> str:
        """The URL of a prefix in a new bucket."""
        name = f"t{secrets.token_hex(8)}"
        with closing(HTTPConnection(self.address.removeprefix("http://"), timeout=5)) as connection:
            connection.request("PUT", f"/{name}")
            assert connection.getresponse().status == 200
        return f"s3://{name}/originaler"

    def close(self) -> None:
        """Stop."""
        self._server.stop()

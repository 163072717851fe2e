"""The way to the service's `/api/v1`: where it is, what it is asked, and how its answers and failures are told.

The same client in CPython and in Pyodide, where urllib3 goes through the browser.
"""

import json
import os
import sys
import time
from typing import Any
from urllib.parse import quote, urlsplit

from xlwings import XlwingsError
from xlwings.utils import read_user_config

SERVICE = "BITARK_SERVICE"
"""Names the service's address: in the environment, or in the user's xlwings.conf."""
KEYRING = "BITark"
CONNECT_SECONDS, READ_SECONDS, WHOLE_ANSWER_SECONDS = 5, 60, 120
MAX_ANSWER_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_IN_BROWSER = sys.platform == "emscripten"
_NOTHING_LOST = "Intet er gået tabt: projektmappen er, som den var."


class ServiceError(XlwingsError):
    """What kept the service from answering; the message is for the user, in Danish, and says what to do."""


def service_address() -> str:
    """The address of the service, without a slash at the end; empty where none is set."""
    configured = {} if _IN_BROWSER else read_user_config()  # type: ignore[no-untyped-call]
    return str(os.environ.get(SERVICE) or configured.get(SERVICE.lower(), "")).strip().rstrip("/")


def kept_token(address: str) -> str:
    """The user's token for the service at the address, from the system's keyring; empty where there is none."""
    if _IN_BROWSER:
        return ""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING, address) or ""
    except KeyringError:  # a system without one
        return ""


def keep_token(address: str, token: str) -> None:
    """Put the token into the system's keyring; an empty one takes it out. Raises `ServiceError` without a keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        if token:
            keyring.set_password(KEYRING, address, token)
        elif keyring.get_password(KEYRING, address):
            keyring.delete_password(KEYRING, address)
    except KeyringError as error:
        raise ServiceError(
            "Dette system har ingen nøglering at gemme nøglen i, og andre steder gemmes den ikke."
        ) from error


class Client:
    """The service at an address. Whatever keeps it from a usable answer is raised as `ServiceError`."""

    def __init__(self, address: str | None = None) -> None:
        self.address = service_address() if address is None else address.rstrip("/")
        if not self.address:
            raise ServiceError(
                "Adressen på kommunens BITark-service er ikke sat. Spørg kommunen om den, og sæt den med "
                "bitark-addin install --service ADRESSE."
            )
        parts = urlsplit(self.address)
        if not parts.hostname or (
            parts.scheme != "https" and (parts.scheme, parts.hostname in _LOCAL) != ("http", True)
        ):
            raise ServiceError(f"Adressen på BITark-servicen skal begynde med https://, ikke {self.address}.")
        self.host = parts.netloc
        from urllib3 import PoolManager, Timeout  # not needed where nothing is asked of a service

        self._pool = PoolManager(timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), retries=False)

    def submit(self, file_name: str, content: bytes) -> dict[str, Any]:
        """Send a workbook; gives the submission: its status, version, problems and hours."""
        return self._mapping("POST", "/submissions", {"status", "problems"}, fields={"file": (file_name, content)})

    def case(self, case_key: str) -> dict[str, Any]:
        """A case's latest comparison; hours per week and kr per day, null where unaccounted."""
        return self._mapping("GET", f"/cases/{quote(case_key)}", {"case_key", "state", "states"})

    def comparison_workbook(self) -> bytes:
        """The central comparison of all cases as an .xlsx."""
        content = self._ask("GET", "/comparison.xlsx")
        if not content.startswith(b"PK"):
            raise self._nonsense()
        return content

    def _mapping(self, method: str, path: str, keys: set[str], **options: Any) -> dict[str, Any]:
        body = _parsed(self._ask(method, path, **options))
        if not (isinstance(body, dict) and keys <= body.keys()):
            raise self._nonsense()
        return body

    def _ask(self, method: str, path: str, **options: Any) -> bytes:
        """The body of an answer that says yes."""
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        token = kept_token(self.address)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        until = time.monotonic() + WHOLE_ANSWER_SECONDS
        body = bytearray()
        try:
            response = self._pool.request(
                method,
                f"{self.address}/api/v1{path}",
                headers=headers,
                redirect=False,
                preload_content=False,
                **options,
            )
            while chunk := response.read(_CHUNK_BYTES):
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise self._nonsense()
                if time.monotonic() > until:
                    raise self._too_slow(method)
        except ReadTimeoutError as error:
            raise self._too_slow(method) from error
        except (HTTPError, OSError) as error:
            raise ServiceError(
                f"BITark-servicen på {self.host} kan ikke nås. Se efter, om du er på nettet, og prøv igen, eller send "
                f"filen, som I plejer. {_NOTHING_LOST}"
            ) from error
        if response.status not in (200, 201, 202):
            raise self._refused(response.status, _parsed(bytes(body)))
        return bytes(body)

    def _too_slow(self, method: str) -> ServiceError:
        what = (
            "Det vides ikke, om skemaet nåede frem. Send det igen: den samme fil tæller kun én gang."
            if method == "POST"
            else "Prøv igen om lidt."
        )
        return ServiceError(f"BITark-servicen på {self.host} svarer for langsomt. {what} {_NOTHING_LOST}")

    def _nonsense(self) -> ServiceError:
        return ServiceError(
            f"Svaret fra {self.host} kan ikke læses. Måske er adressen en andens, eller noget på vejen har svaret i "
            f"servicens sted. Spørg kommunen om adressen. {_NOTHING_LOST}"
        )

    def _refused(self, status: int, body: Any) -> ServiceError:
        if status == 401:
            return ServiceError(
                f"BITark-servicen på {self.host} vil vide, hvem du er. Gem din nøgle med bitark-addin token, og prøv "
                f"igen. {_NOTHING_LOST}"
            )
        if not (isinstance(body, dict) and isinstance(body.get("title"), str)):
            return self._nonsense()
        told = (body["title"], str(body.get("detail") or ""))
        return ServiceError(" ".join(f"{text.rstrip('.')}." for text in told if text) + f" {_NOTHING_LOST}")


def _parsed(body: bytes) -> Any:
    """What the JSON says, None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None

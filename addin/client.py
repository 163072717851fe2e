"""The way to the service's `/api/v1`: where it is, what it is asked, and how its answers and failures are told.

The same client in CPython and in Pyodide, where urllib3 goes through the browser.
"""

import json
import os
import sys
import time
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlsplit

from xlwings import XlwingsError

SERVICE = "BITARK_SERVICE"
"""Names the service's address: in the environment, or in the settings of the installed add-in."""
API = "/api/v1"
KEYRING = "BITark"
CONNECT_SECONDS, READ_SECONDS, WHOLE_ANSWER_SECONDS = 5, 60, 120
ASKED_AGAIN_AFTER_SECONDS, ASKED_AGAIN_TIMES = 2, 5
UNREAD = frozenset({"received", "reading"})
"""Status of a submission that nobody has read yet."""
MAX_ANSWER_BYTES = 64 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_IN_BROWSER = sys.platform == "emscripten"
_NOTHING_LOST = "Intet er gået tabt: projektmappen er, som den var."


class ServiceError(XlwingsError):
    """What kept the service from answering; the message is for the user, in Danish, and says what to do."""


def service_address() -> str:
    """The address of the service, without a slash at the end; empty where none is set."""
    return (os.environ.get(SERVICE) or _installed_address()).strip().rstrip("/")


def is_safe_address(address: str) -> bool:
    """True for https to anywhere, and for http to this machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL))


def _installed_address() -> str:
    """The address that the desktop's add-in was installed with."""
    if _IN_BROWSER:
        return ""
    from addin.hosts.desktop import DesktopError
    from addin.hosts.desktop.places import places, read_settings

    try:
        return read_settings(places(sys.platform, os.environ).settings).get(SERVICE, "")
    except DesktopError:  # a system without Excel
        return ""


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
        if not is_safe_address(self.address):
            raise ServiceError(f"Adressen på BITark-servicen skal begynde med https://, ikke {self.address}.")
        self.host = urlsplit(self.address).netloc

    def submit(self, file_name: str, content: bytes) -> dict[str, Any]:
        """Send a workbook; gives the submission: its status, version, problems and hours.

        Where a worker reads it, its answer is waited for; after a while the status is `received` or `reading` still.
        """
        keys = {"id", "status", "problems"}
        answer = self._mapping("POST", "/submissions", keys, fields={"file": (file_name, content)})
        for _ in range(ASKED_AGAIN_TIMES):
            if answer["status"] not in UNREAD:
                break
            time.sleep(ASKED_AGAIN_AFTER_SECONDS)
            answer = self._mapping("GET", f"/submissions/{answer['id']}", keys)
        return answer

    def case(self, case_key: str) -> dict[str, Any]:
        """A case's latest comparison; hours per week and kr per day, null where unaccounted."""
        return self._mapping("GET", f"/cases/{quote(case_key)}", {"case_key", "state", "states"})

    def comparison_workbook(self) -> bytes:
        """The central comparison of all cases as an .xlsx."""
        content = self._ask("GET", "/comparison.xlsx")
        if not content.startswith(b"PK"):
            raise self._nonsense()
        return content

    def negotiate(self, file_name: str, content: bytes) -> dict[str, Any]:
        """Send the negotiation columns of a comparison; gives the changed cases, the conflicts and the problems."""
        keys = {"applied", "conflicts", "problems"}
        return self._mapping("POST", "/negotiation", keys, fields={"file": (file_name, content)})

    def _mapping(self, method: str, path: str, keys: set[str], **options: Any) -> dict[str, Any]:
        body = _parsed(self._ask(method, path, **options))
        if not (isinstance(body, dict) and keys <= body.keys()):
            raise self._nonsense()
        return body

    def _ask(self, method: str, path: str, **options: Any) -> bytes:
        """The body of an answer that says yes."""
        from urllib3 import PoolManager, Timeout  # not needed where nothing is asked of a service
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        token = kept_token(self.address)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        until = time.monotonic() + WHOLE_ANSWER_SECONDS
        body = bytearray()
        timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        try:
            with PoolManager(timeout=timeout, retries=False) as pool:
                response = pool.request(
                    method, self.address + API + path, headers=headers, redirect=False, preload_content=False, **options
                )
                with closing(response):  # also where it is not read to its end
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
                f"BITark-servicen på {self.host} vil vide, hvem du er. Gem din nøgle med bitark-addin token (på en "
                f"fælles server gør den, der driver den, det), og prøv igen. {_NOTHING_LOST}"
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

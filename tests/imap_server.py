"""A mail server for one mailbox on loopback, with TLS or without: pymap's, in memory, in a thread of its own."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from imap_tools.mailbox import MailBoxUnencrypted
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

USER, PASSWORD = "retur", "made up for a test"


@contextmanager
def mail_server(certificate: Path | None = None) -> Iterator[int]:
    """The port of a server with an empty mailbox; with a certificate it speaks TLS from the first byte."""
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    listening: list[int] = []
    up = threading.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        backend, config = await DictBackend.init(_arguments(), reject_dnsbl=False)
        config.apply_context()
        answer: Any = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        listening.append(server.sockets[0].getsockname()[1])
        up.set()
        async with server:
            await asyncio.Future()

    def run() -> None:
        asyncio.set_event_loop(loop)
        task.append(loop.create_task(serve()))
        loop.run_until_complete(asyncio.gather(*task, return_exceptions=True))
        rest = asyncio.all_tasks(loop)
        for one in rest:
            one.cancel()
        loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        loop.close()

    task: list[asyncio.Task[None]] = []
    thread = threading.Thread(target=run)
    thread.start()
    assert up.wait(20)
    yield listening[0]
    loop.call_soon_threadsafe(task[0].cancel)
    thread.join()


def put(port: int, letter: bytes, folder: str = "INBOX") -> None:
    """Lay a letter in a folder of the mailbox of a server without TLS."""
    with MailBoxUnencrypted("127.0.0.1", port).login(USER, PASSWORD) as box:
        box.append(letter, folder)


def letters(port: int) -> dict[str, list[bytes]]:
    """The letters of each folder there, those without any left out."""
    with MailBoxUnencrypted("127.0.0.1", port).login(USER, PASSWORD) as box:
        found = {}
        for folder in box.folder.list():
            box.folder.set(folder.name)
            found[folder.name] = [letter.obj.as_bytes() for letter in box.fetch(mark_seen=False)]
    return {name: held for name, held in found.items() if held}


def own_certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def _arguments() -> Namespace:
    return Namespace(
        host="127.0.0.1",
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        proxy_protocol=None,
        passlib_cfg=None,
        demo_data=False,
        demo_user=USER,
        demo_password=PASSWORD,
    )

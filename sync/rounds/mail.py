"""Sending a reminder by the mail server of the settings. Never with a file."""

import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage

from sync.failures import Failure
from sync.settings import Settings

SECONDS = 15
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class MailNotSent(Failure):
    """The mail server could not be reached or refused the message; nothing was sent."""


def is_address(text: str) -> bool:
    """True for one plain e-mail address."""
    return bool(_ADDRESS.fullmatch(text))


def can_send(settings: Settings) -> bool:
    """True where a mail server and a sender are set."""
    return bool(settings.smtp_host and settings.smtp_from)


def send(settings: Settings, to: str, subject: str, text: str) -> None:
    """Send a plain text to one address. Raises `MailNotSent`."""
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = Address(addr_spec=settings.smtp_from)
    message["To"] = Address(addr_spec=to)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    security, context = settings.smtp_security, ssl.create_default_context()
    host, port = settings.smtp_host, settings.smtp_port
    try:
        with (
            smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
            if security == "tls"
            else smtplib.SMTP(host, port, timeout=SECONDS)
        ) as server:
            if security == "starttls":
                server.starttls(context=context)
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise MailNotSent(type(error).__name__) from error

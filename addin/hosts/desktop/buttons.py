"""What a button of the ribbon runs: an action on the active workbook, and a word to the user when it fails."""

import os
import sys
import traceback
from collections.abc import Callable

import xlwings as xw

from addin import actions
from addin.hosts.desktop import DesktopError
from addin.hosts.desktop.installation import status
from addin.hosts.desktop.places import places

TITLE = "BITark"


def about(book: xw.Book) -> None:
    """Show versions, what is installed where, and the service's address."""
    found = status(places(sys.platform, os.environ), sys.platform, os.environ)
    book.app.alert(found.text(), TITLE, mode="critical" if found.problems else "info")


ACTIONS: dict[str, Callable[[xw.Book], None]] = {
    "check": actions.check,
    "fill": actions.fill,
    "send": actions.send,
    "fetch": actions.fetch,
    "refresh": actions.refresh,
    "about": about,
}
"""By the tag of the button in ribbon.xml."""


def run(name: str) -> None:
    """Do to the active workbook what the button says; what goes wrong is told in a message box.

    With an add-in xlwings takes the active workbook for the caller, never the add-in itself.
    """
    book = xw.Book.caller()
    try:
        ACTIONS[name](book)
    except (xw.XlwingsError, DesktopError) as error:
        book.app.alert(str(error), TITLE, mode="critical")
    except Exception as error:  # noqa: BLE001 - a user cannot do anything with a traceback; it is kept for the IT department
        log = places(sys.platform, os.environ).log
        log.write_text(traceback.format_exc(), encoding="utf-8")
        book.app.alert(f"Der skete en uventet fejl: {error}\n\nDetaljerne står i {log}.", TITLE, mode="critical")

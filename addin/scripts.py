"""The actions as scripts of xlwings Lite and xlwings Server, under the names that their users see."""

import xlwings as xw

from addin import actions


@xw.script(name="Tjek skema")
def tjek_skema(book: xw.Book) -> None:
    """Vis, hvad der mangler i skemaet."""
    actions.check(book)


@xw.script(name="Fyld fra mønsterdag")
def fyld_fra_moensterdag(book: xw.Book) -> None:
    """Bekræft mønsteret for de markerede dage."""
    actions.fill(book)


@xw.script(name="Send skema")
def send_skema(book: xw.Book) -> None:
    """Send skemaet til kommunens service."""
    actions.send(book)


@xw.script(name="Hent sammenligning")
def hent_sammenligning(book: xw.Book) -> None:
    """Hent sagens seneste sammenligning ind i projektmappen."""
    actions.fetch(book)


@xw.script(name="Opdater sammenligning")
def opdater_sammenligning(book: xw.Book) -> None:
    """Opdater den centrale sammenligning med servicens tal."""
    actions.refresh(book)

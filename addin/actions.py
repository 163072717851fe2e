"""What the buttons do to the open workbook, the same in every host: each action takes an `xlwings.Book`."""

import xlwings as xw


def check(book: xw.Book) -> None:
    """Tell what is wrong with the schedule, at its cells and in a list; what was told before is taken away."""
    raise NotImplementedError


def fill(book: xw.Book) -> None:
    """Confirm the usual day for the selected dates."""
    raise NotImplementedError


def send(book: xw.Book) -> None:
    """Send the schedule to the service and show what it answers."""
    raise NotImplementedError


def fetch(book: xw.Book) -> None:
    """Put the case's latest comparison on a sheet of its own."""
    raise NotImplementedError


def refresh(book: xw.Book) -> None:
    """Bring the central comparison up to date in place."""
    raise NotImplementedError

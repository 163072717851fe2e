"""The scripts, under the name by which xlwings-server looks for them."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import xlwings as xw

from addin import scripts

FAILED = "Serveren kunne ikke udføre det. Prøv igen, og sig det til den, der driver serveren, hvis det sker igen."
Script = Callable[..., Awaitable[xw.Book]]


def for_one_user(script: Script) -> Script:
    """The script with its book as xlwings' active one, and a message where it fails unforeseen.

    xlwings has one active book per process, whose selection and message boxes a script uses. xlwings-server opens a
    request's book before it has looked the user up, and meanwhile another user's request may have opened its own.
    """

    @wraps(script)
    async def run(user: Any, book: xw.Book, *args: Any) -> xw.Book:
        book.impl.books._active = book.impl  # noqa: SLF001 - there is no public way
        try:
            return await script(user, book, *args)
        except xw.XlwingsError:
            raise
        except Exception as error:
            logging.getLogger(__name__).exception("The script %s failed", script.__name__)
            raise xw.XlwingsError(FAILED) from error

    return run


globals().update({name: for_one_user(one) for name, one in vars(scripts).items() if hasattr(one, "__xlscript__")})

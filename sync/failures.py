"""Exceptions for the callers of this package. What is wrong with a returned workbook is a problem, not one of these."""


class Failure(Exception):  # noqa: N818 - it is what the person at the keyboard sees, not a programmer's error
    """The service could not do what was asked; the message is for the person who runs it."""


class MissingSetting(Failure):
    """A setting without which the service must not start; the message names it."""

"""The way to the service's `/api/v1`: where it is, and what it answers."""

import os

SERVICE = "BITARK_SERVICE"
"""Names the service's address: in the environment, or in the user's xlwings.conf."""


def service_address() -> str:
    """The address of the service, without a slash at the end; empty where none is set."""
    return os.environ.get(SERVICE, "").rstrip("/")

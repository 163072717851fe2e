"""`python -m addin.hosts.server`: the server itself, with the options of uvicorn."""

import os
import sys
from importlib import import_module
from pathlib import Path

NEEDED = "Serveren kræver xlwings-server: pip install xlwings-server. Se licensen på https://www.xlwings.org/pricing"
LICENSE = "Serveren kræver en licensnøgle til xlwings i miljøvariablen XLWINGS_LICENSE_KEY."


def main() -> None:
    """Serve until stopped; what the operator must provide first is told in a line.

    `XLWINGS_PROJECT_DIR` may name a copy of this folder with the operator's own pages.
    """
    os.environ.setdefault("XLWINGS_PROJECT_DIR", str(Path(__file__).parent))
    try:
        import uvicorn

        import_module("xlwings_server")  # reads the settings, the licence key among them
        import_module("xlwings")
    except ImportError:
        sys.exit(NEEDED)
    except Exception as error:
        if type(error).__name__ != "LicenseError":  # a name that xlwings cannot hand out while it cannot be imported
            raise
        sys.exit(f"{LICENSE} ({error})")
    # Without the log of requests: a message box's text is part of its address.
    uvicorn.main(["xlwings_server.main:main_app", "--no-access-log", *sys.argv[1:]])


if __name__ == "__main__":
    main()

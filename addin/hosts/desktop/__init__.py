"""Excel on the desktop: `BITark.xlam` is built here and put in its place, and its buttons end here.

The functions need Windows, the buttons work on macOS too. What could not be tried in real Excel: docs/desktop.md.
"""


class DesktopError(Exception):
    """What keeps the add-in from being built or installed; the message is for the user, in Danish."""

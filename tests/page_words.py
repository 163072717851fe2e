"""What a person reads or hears of a page, piece by piece, but for what is marked as Danish on it."""

import re
from html.parser import HTMLParser

_HEARD = ("alt", "title", "aria-label", "placeholder")
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_WORD = re.compile(r"[^\W\d_]{3,}")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.unread: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag not in _VOID and (
            self.unread or tag in {"script", "style", "pre"} or (tag != "html" and told.get("lang") == "da")
        ):
            self.unread.append(tag)
        else:
            self.pieces += [text for name in _HEARD if (text := told.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if self.unread and tag not in _VOID:
            self.unread.pop()

    def handle_data(self, data: str) -> None:
        if not self.unread and data.strip():
            self.pieces.append(" ".join(data.split()))


def pieces(page: str) -> set[str]:
    """The page's texts, each as it stands between two tags or in an attribute that is shown or read aloud."""
    reader = _Reader()
    reader.feed(page)
    return set(reader.pieces)


def words(text: str) -> set[str]:
    """Its words of three letters or more."""
    return set(_WORD.findall(text.casefold()))

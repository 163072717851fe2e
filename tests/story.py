"""What people do on the pages in a browser, and the pictures that the guides show of it."""

import io
import os
import re
import zipfile
from pathlib import Path

from bit_model_example import worked_schedule
from flask import Flask
from openpyxl import load_workbook
from page_looks import fits, go
from PIL import Image
from playwright.sync_api import Page
from signed_in import session_cookie

from sync.roles import Role
from workbook_templates.schedule.fill import fill_schedule

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = {DOCS / "vejledning": "billeder", DOCS / "guide": "pictures"}
"""Danish and English, each with its folder of pictures."""
COLOURS = 64


class Walk:
    """The service's pages in one browser window, as whoever is signed in just now."""

    def __init__(self, page: Page, app: Flask, address: str, english: str) -> None:
        self.page, self.app, self.address, self.english = page, app, address, english
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))

    def sign_in(self, role: Role | None) -> None:
        """Go on as somebody with the role, or as nobody."""
        self.page.context.clear_cookies()
        if role is not None:
            cookie = {"name": "session", "value": session_cookie(self.app, role), "url": self.address}
            self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def follow(self, name: str, *, exact: bool = True) -> None:
        go(self.page, self.page.get_by_role("link", name=name, exact=exact).first)

    def push(self, name: str, *, exact: bool = True) -> None:
        go(self.page, self.page.get_by_role("button", name=name, exact=exact))

    def fill(self, fields: dict[str, str]) -> None:
        for name, value in fields.items():
            self.page.locator(f"#{name}").fill(value)

    def look(self, picture: str = "", at: str = "h1") -> None:
        """Nothing is too wide; and a picture from `at` on."""
        fits(self.page)
        if picture and os.environ.get("BITARK_WRITE_DOCS"):
            self._take(picture, at)

    @property
    def width(self) -> int:
        assert self.page.viewport_size
        return self.page.viewport_size["width"]

    def _take(self, picture: str, at: str) -> None:
        """The pictures that a guide names, the English ones of the same page in English."""
        name = f"{picture}-{self.width}.png"
        danish, english = (folder / inner / name for folder, inner in GUIDES.items())
        if danish.name in named(danish.parents[1]):
            shoot(self.page, at, danish)
        if english.name in named(english.parents[1]):
            browser = self.page.context.browser
            assert browser
            other = browser.new_page(viewport=self.page.viewport_size, locale="en-GB")
            other.context.add_cookies(self.page.context.cookies())  # type: ignore[arg-type]
            other.goto(self.page.url.replace(self.address, self.english))
            shoot(other, at, english)
            other.close()

    def downloaded(self, name: str) -> bytes:
        """What a link or a button whose name begins so gives."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=name).or_(self.page.get_by_role("button", name=name)).press("Enter")
        return download.value.path().read_bytes()

    def pillars(self) -> list[str]:
        """The three figures of a case's page."""
        return self.page.locator(".bit-pillars .bit-figure").all_inner_texts()


def shoot(page: Page, at: str, file: Path) -> None:
    """The window from an element on, in few colours."""
    page.locator(at).first.evaluate(
        "element => window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - 24)"
    )
    file.parent.mkdir(exist_ok=True)
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS).save(file, optimize=True)


def named(folder: Path) -> set[str]:
    """The names of the pictures in a folder's guides."""
    return {name for guide in folder.glob("*.md") for name in re.findall(r"]\(\w+/([\w-]+\.png)\)", guide.read_text())}


def template_of(archive: bytes, case_key: str) -> bytes:
    """A case's template out of a round's."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return opened.read(f"doegnskema-{case_key}.xlsx")


def filled(template: bytes) -> bytes:
    """The worked example written into a template."""
    return fill_schedule(template, worked_schedule())


def without_a_start(content: bytes) -> tuple[bytes, str]:
    """The same with the first entry's start emptied, and that cell."""
    book = load_workbook(io.BytesIO(content))
    sheet = book["Døgnskema"]
    (cell,) = (sheet.cell(2, cell.column) for cell in sheet[1] if cell.value == "Start")
    cell.value = None
    target = io.BytesIO()
    book.save(target)
    return target.getvalue(), cell.coordinate


def hand_in(page: Page, content: bytes, file: Path) -> None:
    """A file is chosen on the page of its link and sent."""
    file.write_bytes(content)
    page.set_input_files("input[type=file]", file)
    go(page, page.get_by_role("button", name="Aflever", exact=True))

"""`BITark.xlam`: xlwings' VBA, the wrappers of the functions, and a ribbon tab, in an empty add-in that Excel made."""

import re
import tempfile
import zipfile
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from addin.hosts.desktop import DesktopError, wrappers

FILE = "BITark.xlam"
PROJECT = "bitark"
"""The add-in's name in xlwings."""
SETTINGS = "xlwings.conf"
"""The file with xlwings' settings for this add-in, in a folder named after the project."""
RIBBON = "customUI/customUI.xml"
_RIBBON_TYPE = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_RIBBON_MODULE = "BITarkRibbon"
_MADE = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip knows, so that the same sources give the same file."""

_CHANGES = (
    # Settings in a folder of their own: in the user's own xlwings.conf they would hold for all other workbooks too.
    (r'PROJECT_NAME As String = "myaddin"', f'PROJECT_NAME As String = "{PROJECT}"', 1),
    (r'(Environ\("USERPROFILE"\) & ).*$', f'\\1"\\\\.{PROJECT}\\\\{SETTINGS}"', 1),
    (r'(GetMacDir\("\$HOME", False\) & ).*$', f'\\1"/.{PROJECT}/{SETTINGS}"', 1),
    # And from that file alone: xlwings would also take them from a sheet of the open workbook and from its folder, so
    # that a file from a stranger could name the program that runs.
    (r'Optional source As String = ""\)', 'Optional source As String = "user")', 1),
    # Nor may modules lie where Excel happens to stand, which Python and an empty PYTHONPATH of xlwings' both allow.
    (r'" -B -c ""', '" -P -B -c ""', 2),
    (r' & ";" & GetConfig\("PYTHONPATH"\)', "", 3),
    # One Python process serves all workbooks, and no path of theirs goes through a shell.
    (r'AddExcelDir & ";" & Active(?:Workbook\.)?FullName', 'AddExcelDir & ";"', 3),
    # A remark behind a directive, which not every reader of VBA takes.
    (r"^( *#(?:Const|If) .*?) *'.*$", "\\1", 2),
    # What is public in a module, any cell can call, and a cell of a stranger's workbook could say =RunPython("…").
    (r'^(Attribute VB_Name = "xlwings"\n)', "\\1Option Private Module\n", 1),
    (r"^( *)Declare ", "\\1Private Declare ", 1),
    (
        r"^((?:Public |Private )?Function (?:.*_\n)?.*\n)",
        "\\1    If ThisWorkbook.IsCalledByFormula() Then Exit Function\n",
        1,
    ),
)
"""What is changed in xlwings' module: what, by what, and how often at least."""


def build() -> bytes:
    """The add-in as a file; the same bytes for the same sources and libraries."""
    from pyopenvba import ExcelFile, VBAModuleKind

    own, xlwings = files(__package__), files("xlwings")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, FILE)
        with ExcelFile.create_new(path) as book:
            project = book.vba_project()
            project.delete_module("Module1")
            book.set_module("ThisWorkbook", _vba(own.joinpath("this_workbook.bas").read_text("utf-8")))
            for name, source in (
                (_RIBBON_MODULE, _ribbon_module(own.joinpath("ribbon.bas").read_text("utf-8"))),
                ("xlwings", _guarded(xlwings.joinpath("xlwings_custom_addin.bas").read_text("utf-8"))),
                (wrappers.NAME, wrappers.source()),
            ):
                project.add_module(name, _vba(source))
            dictionary = xlwings.joinpath("addin", "Dictionary.cls").read_text("utf-8")
            project.add_module("Dictionary", _vba(dictionary), kind=VBAModuleKind.other)
            book.save()
        return _completed(path)


def versions(path: Path) -> tuple[str, str]:
    """The versions of BITark and xlwings that a file was built with; raises `DesktopError` where it tells none."""
    from pyopenvba import ExcelFile, PyOpenVBAError

    try:
        with ExcelFile(path) as book:
            constants = (
                re.search(rf'{name}_VERSION As String = "(.+)"', book.get_module(module))
                for name, module in (("BITARK", _RIBBON_MODULE), ("XLWINGS", "xlwings"))
            )
            bitark, xlwings = (found[1] if found else "" for found in constants)
    except (PyOpenVBAError, KeyError, zipfile.BadZipFile) as error:
        raise DesktopError(f"{path} er ikke BITarks tilføjelse. Kør bitark-addin install igen.") from error
    return bitark, xlwings


def _vba(source: str) -> str:
    """The source with the line ends of VBA."""
    return source.replace("\n", "\r\n")


def _ribbon_module(source: str) -> str:
    return source.replace('BITARK_VERSION As String = "0"', f'BITARK_VERSION As String = "{version("bitark")}"')


def _guarded(source: str) -> str:
    """The module of xlwings as it can be among strangers' workbooks; raises `DesktopError` for one that is unknown."""
    for old, new, least in _CHANGES:
        source, count = re.subn(old, new, source, flags=re.MULTILINE)
        if count < least:
            raise DesktopError(
                f"xlwings {version('xlwings')} er en anden, end denne BITark kan bruge. Installér BITark igen med pip."
            )
    return source


def _completed(path: Path) -> bytes:
    """The file with ribbon and document properties, and without the hour it was made."""
    ribbon = files(__package__).joinpath("ribbon.xml").read_bytes()
    made = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "_rels/.rels":
                link = f'<Relationship Id="rIdRibbon" Type="{_RIBBON_TYPE}" Target="{RIBBON}"/></Relationships>'
                content = content.replace(b"</Relationships>", link.encode())
            if name == "docProps/core.xml":
                content = _properties().encode()
            new.writestr(_part(name), content)
        new.writestr(_part(RIBBON), ribbon)
    return made.getvalue()


def _part(name: str) -> zipfile.ZipInfo:
    """A part of a file that says nothing of when and on which system it was made."""
    part = zipfile.ZipInfo(name, _MADE)
    part.compress_type, part.create_system = zipfile.ZIP_DEFLATED, 0
    return part


def _properties() -> str:
    description = f"Funktioner og knapper til BITark {version('bitark')}, bygget med xlwings {version('xlwings')}"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>BITark</dc:title><dc:creator>BITark</dc:creator>'
        f"<dc:description>{escape(description)}</dc:description></cp:coreProperties>"
    )

"""The VBA module with one function for each of `addin.functions`, written by xlwings' own generator.

The generator knows only functions that xlwings decorated for the desktop, which it does on Windows alone. So this
module is a program too: in its process alone the decorators are those of the desktop.
"""

import io
import os
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace
from typing import Any

from addin.hosts.desktop import DesktopError

MODULE = "addin.functions"
NAME = "xlwings_udfs"
"""As xlwings calls it."""
LONGEST_TEXT = 255
"""Characters of a text in the function wizard."""
_WINDOWS_ONLY = ("pythoncom", "pywintypes", "win32com", "win32com.client")
_HEADER = f'Attribute VB_Name = "{NAME}"\n#Const App = "Microsoft Excel"\n\n'


def source() -> str:
    """The source of the VBA module, the same whatever the environment says of xlwings.

    Raises `DesktopError` where xlwings cannot write it.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XLWINGS_")}
    done = subprocess.run(
        [sys.executable, "-P", "-m", __name__],
        env=environment | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        *_, reason = done.stderr.splitlines() or [""]
        raise DesktopError(f"xlwings {version('xlwings')} kunne ikke skrive funktionerne som VBA: {reason}")
    return done.stdout


def _written() -> str:
    """The same in this process, which is changed by it."""
    udfs = _generator()
    module = import_module(MODULE)
    text = io.StringIO()
    # Not an add-in by its name: the functions get the add-in itself as their workbook, for xlwings runs Python code
    # that it finds in the sheets of the workbook it gets.
    udfs.generate_vba_wrapper(MODULE, module, text, SimpleNamespace(Name="BITark.xlsm"))
    functions = [found.__xlfunc__ for found in vars(module).values() if hasattr(found, "__xlfunc__")]
    return _HEADER + _for_excel(text.getvalue()) + _descriptions(functions)


def _generator() -> Any:
    """The generator's module, with its decorators in the place of those that do nothing."""
    if find_spec("pythoncom") is None:
        for name in _WINDOWS_ONLY:
            sys.modules[name] = stand_in = ModuleType(name)
            stand_in.__dict__.update(CoInitialize=None, Dispatch=None)
    xlwings, udfs = import_module("xlwings"), import_module("xlwings.udfs")
    for name in ("func", "arg", "ret"):
        setattr(xlwings, name, getattr(udfs, f"xl{name}"))
    return udfs


def _for_excel(text: str) -> str:
    """The generated functions in capitals as Excel shows its own, with our way to Python and our words for an error.

    On macOS xlwings has no functions; #NAME? is what a formula with a way out of its own waits for.
    """
    text = re.sub(r'(?<!")\bbit_\w+', lambda name: name[0].upper(), text)
    text = text.replace("XLPy.", "ThisWorkbook.PythonServer.")
    text = text.replace("= Err.Description", "= ThisWorkbook.Told(Err.Description)")
    return re.sub(
        r"^Function (\w+)\(.*\n",
        "\\g<0>    #If Mac Then\n        \\1 = CVErr(xlErrName)\n        Exit Function\n    #End If\n",
        text,
        flags=re.MULTILINE,
    )


def _descriptions(functions: list[dict[str, Any]]) -> str:
    """The procedure that hands the texts of all functions and arguments to the function wizard."""
    calls = []
    for function in sorted(functions, key=lambda one: str(one["name"])):
        texts = ", _\n        ".join(_quoted(argument["doc"]) for argument in function["args"])
        calls.append(
            f'    ThisWorkbook.Describe "{function["name"].upper()}", _\n'
            f"        {_quoted(function['ret']['doc'])}, Array( _\n        {texts})\n"
        )
    return f"Public Sub DescribeFunctions()\n{''.join(calls)}    ThisWorkbook.Saved = True\nEnd Sub\n"


def _quoted(text: str) -> str:
    """A text as VBA writes it, in the letters that VBA has."""
    text = " ".join(text.split()).replace("−", "–").replace('"', '""')
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"Longer than {LONGEST_TEXT} characters: {text}")
    return f'"{text}"'


if __name__ == "__main__":
    sys.stdout.write(_written())

"""`BITark.xlam` open in a VBA interpreter instead of Excel, and stand-ins for what VBA reaches outside of itself.

All VBA of the file runs as it is, but for reading a settings file, finding a file, and xlwings' own library.
"""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyopenvba import ExcelFile, VBAModuleKind
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel._bridge import ExcelBridge
from pyopenvba.apps.excel._io import load_workbook
from pyopenvba.apps.excel._model import Application, Range
from pyopenvba.interpreter import Interpreter, VBAErrorValue, VBAObject, VBARuntimeError, member, method, parse_module
from pyopenvba.vba import VBAModule

from addin.hosts.desktop import workbook

INTERPRETER = "C:\\bitark\\Scripts\\python.exe"
SETTINGS = {"INTERPRETER_WIN": INTERPRETER, "ADD_WORKBOOK_TO_PYTHONPATH": "False"}
MACHINE = """
Function GetConfig(configKey, Optional default = "", Optional source = "user")
    GetConfig = Machine.Setting(configKey, default)
End Function
Function FileExists(name)
    FileExists = Machine.HasFile(name)
End Function
Function LoadLibrary(name)
    LoadLibrary = 1
End Function
Function XLPyDLLActivateAuto(result, config, mode)
    Set result = Machine.Python(config)
    XLPyDLLActivateAuto = 0
End Function
"""
NOT_A_CELL = VBAErrorValue(2023)
"""What Excel says the caller is when a button is pressed."""


class FailingPython(VBAObject):
    """A Python that answers every call with an error."""

    def __init__(self, description: str) -> None:
        self.description = description

    @method(name="CallUDF")
    def fails(self, *_: object) -> object:
        raise VBARuntimeError(1000, self.description)


@functools.cache
def built() -> Path:
    """The add-in, built once, in a folder that goes with the process."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    path = folder / workbook.FILE
    path.write_bytes(workbook.build())
    return path


class Machine(VBAObject):
    """The user's PC as VBA sees it: settings, files, the shell, and the Python that answers the functions."""

    vba_type_name = "Machine"

    def __init__(
        self,
        settings: Mapping[str, str] = SETTINGS,
        files: Collection[str] = (INTERPRETER,),
        python: VBAObject | None = None,
    ) -> None:
        self.settings = settings
        self.files = files
        self.python = python
        self.commands: list[str] = []
        self.described: list[tuple[Any, ...]] = []
        self.planned: list[str] = []

    @method(name="Setting")
    def setting(self, key: str, default: object) -> object:
        return self.settings.get(key, default)

    @method(name="HasFile")
    def has_file(self, name: str) -> object:
        return name in self.files

    @method(name="Python")
    def server(self, command: str) -> object:
        self.commands.append(command)
        return self.python

    @method(name="Run")
    def shell(self, command: str, *_: object) -> object:
        """What xlwings runs for a button, by WScript.Shell."""
        self.commands.append(command)
        return 0

    @method(name="ExpandEnvironmentStrings")
    def expanded(self, text: str) -> object:
        return text


class _Bridge(ExcelBridge):
    def __init__(self, application: Application, machine: Machine) -> None:
        super().__init__(application)
        self.machine = machine

    def global_object(self, name: str) -> object:
        return self.machine if name == "machine" else super().global_object(name)

    def create(self, type_name_: str) -> object:
        return self.machine if type_name_ == "WScript.Shell" else super().create(type_name_)


class _Application(Application):
    """Excel's own members that the library leaves out."""

    caller: object = NOT_A_CELL

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self.machine = machine

    @member(name="Caller")
    def calling_cell(self) -> object:
        return self.caller

    @member(name="Hwnd")
    def window(self) -> object:
        return 1

    @method(name="OnTime")
    def plan(self, _: object, procedure: str) -> object:
        self.machine.planned.append(procedure)
        return None

    @method(name="MacroOptions")
    def describe_macro(
        self, macro: object, description: object, category: object, argumentdescriptions: object
    ) -> object:
        self.machine.described.append((macro, description, category, argumentdescriptions))
        return None


class DesktopExcel(ExcelApplication):
    """Excel with the built add-in loaded."""

    def __init__(self, machine: Machine, addin: Path | None = None) -> None:
        self.machine = machine
        self.application = _Application(machine)
        self.interpreter = Interpreter(_Bridge(self.application, machine))
        self.application.interpreter = self.interpreter
        self.interpreter._intrinsics |= {"environ": lambda *_: "C:\\Temp", "timer": lambda *_: 0.0}
        addin = addin or built()
        self.application._this_workbook = load_workbook(self.application, addin)
        with ExcelFile(addin) as file:
            for module in file.vba_project().modules:
                source = module.source.replace("Kill LOG_FILE", "' Kill LOG_FILE")  # the interpreter deletes no file
                self.add_module(source, name=module.name, kind=_kind(module))
        xlwings = self.interpreter.module("xlwings")
        for procedure in parse_module(MACHINE).procedures:
            xlwings.procedures[procedure.name.lower()] = [procedure]

    def press(self, callback: str, tag: str = "") -> str:
        """Press a button; what a message box says, if there is one."""
        self.dialogs.clear()
        self.run(callback, _Control(tag))
        return self.dialogs[-1][1] if self.dialogs else ""

    def answer(self, function: str, arguments: Sequence[object], cell: Range) -> Any:
        """What a cell shows that calls the function."""
        self.application.caller = cell
        try:
            return self.run(function, *arguments)
        finally:
            self.application.caller = NOT_A_CELL


def _kind(module: VBAModule) -> str:
    if module.kind is VBAModuleKind.standard:
        return "standard"
    return "class" if module.name == "Dictionary" else "document"


class _Control(VBAObject):
    vba_type_name = "IRibbonControl"

    def __init__(self, tag: str) -> None:
        self.tag = tag

    @member(name="Tag")
    def action(self) -> object:
        return self.tag

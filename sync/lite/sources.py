"""The add-in's source files, found without importing it: what goes into the wheel, and what the page says is in it."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("addin", "bit_model", "workbook_templates")
LEFT_OUT = ("addin/cli.py", "addin/hosts/desktop/", "addin/hosts/server/")
"""What a task pane has no use for: it would bring a command line and other hosts with it."""


class Offered(NamedTuple):
    """A function or a button as its user sees it: its name, and the docstring."""

    name: str
    text: str


def files() -> Iterator[tuple[str, bytes]]:
    """Path in the wheel and content of every module, by path; whatever else lies in the folders stays there."""
    for package in PACKAGES:
        folder = _folder(package)
        paths = {file.relative_to(folder.parent).as_posix(): file for file in folder.rglob("*.py")}
        for path in sorted(paths):
            if not path.startswith(LEFT_OUT):
                yield path, paths[path].read_bytes()


def functions() -> list[Offered]:
    """The functions of a cell, in the order of their source."""
    return [Offered(node.name.upper(), _first_line(node)) for node, _ in _decorated("functions", "func")]


def scripts() -> list[Offered]:
    """The buttons of the task pane, in the order of their source."""
    return [
        Offered(options.get("name", node.name), _first_line(node)) for node, options in _decorated("scripts", "script")
    ]


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(package, name=package)
    return Path(spec.submodule_search_locations[0])


def _decorated(module: str, decorator: str) -> Iterator[tuple[ast.FunctionDef, dict[str, str]]]:
    """Every function under xlwings' decorator, with the name that the decorator is given."""
    tree = ast.parse((_folder("addin") / f"{module}.py").read_bytes())
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for call in node.decorator_list:
            if isinstance(call, ast.Call) and ast.unparse(call.func) == f"xw.{decorator}":
                yield node, {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg == "name"}


def _first_line(node: ast.FunctionDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]

"""xlwings Lite: what a workbook's `main.py` imports, so that xlwings finds every function and script in it."""

from types import FunctionType

from addin import functions, scripts

_SHOWN = {
    name: one
    for module in (functions, scripts)
    for name, one in vars(module).items()
    if isinstance(one, FunctionType) and one.__module__ == module.__name__ and not name.startswith("_")
}
globals().update(_SHOWN)
__all__ = [*_SHOWN]  # noqa: PLE0604 - names of functions

"""What a task pane of xlwings keeps in its Python: the user's module, and the way from a cell's call to its answer."""

import js  # type: ignore[import-not-found]  # these three are there in Pyodide only
import main  # type: ignore[import-not-found]
import xlwings
from pyodide.ffi import JsProxy, to_js  # type: ignore[import-not-found]
from xlwings import server


async def call(name: str, args: JsProxy) -> JsProxy:
    """What the cell shows: rows of cells, or the text of a call that is refused."""
    data = {
        "func_name": name,
        "args": args.to_py(),
        "caller_address": "Ark1!A1",
        "version": xlwings.__version__,
        "client": "Office.js",
        "content_language": "da-DK",
        "culture_info_name": "da-DK",
        "date_format": "dd-MM-yyyy",
        "runtime": "1.4",
    }
    try:
        answer = await server.custom_functions_call(data, main)
    except xlwings.XlwingsError as error:
        answer = str(error)
    return to_js(answer, dict_converter=js.Object.fromEntries)

"""A page in Chromium that has the Pyodide of xlwings Lite, as Excel's task pane does, of an origin of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from chromium import chromium
from lite_host import FOLDER, node
from playwright.sync_api import Page

START = """
async (wheels) => {
  const { loadPyodide } = await import("/pyodide/pyodide.mjs");
  globalThis.pyodide = await loadPyodide({ env: { XLWINGS_ON_SERVER: "true", XLWINGS_LICENSE_KEY: "noncommercial" } });
  for (const wheel of wheels) {
    pyodide.unpackArchive(await (await fetch(`/wheels/${wheel}`)).arrayBuffer(), "whl");
  }
}
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def pane() -> Iterator[Page]:
    """The page; it closes with the block."""
    assert node()  # Pyodide lies ready
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(FOLDER / "node_modules")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.evaluate(START, [wheel.name for wheel in (FOLDER / "node_modules" / "wheels").iterdir()])
        yield page
    server.shutdown()
    server.server_close()

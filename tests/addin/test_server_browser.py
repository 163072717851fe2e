"""The server's own client in a real browser, with no more of Excel around it than it needs to call a function."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from function_calls import CALLS, REFUSED
from playwright.sync_api import Page, Route, expect, sync_playwright
from server_host import Host, function_call, serving, value

from workbook_templates.style import BLUE

NARROW = 320
"""As wide as Excel opens a task pane."""
EXCEL = """
const ready = { host: "Excel", platform: "PC" };
globalThis.associated = { functions: {}, actions: {} };
globalThis.Office = {
  onReady: async (then) => (then?.(ready), ready),
  context: { requirements: { isSetSupported: () => true }, platform: "PC" },
  actions: { associate: (name, action) => (associated.actions[name] = action) },
};
globalThis.CustomFunctions = {
  associate: (name, called) => (associated.functions[name] = called),
  Error: class extends Error { constructor(code, message) { super(message); this.code = code; } },
  ErrorCode: { invalidValue: "#VALUE!" },
};
const load = () => {};
globalThis.Excel = { RequestContext: class {
  workbook = { load, name: "Projektmappe.xlsx" };
  application = { cultureInfo: { load, name: "da-DK", datetimeFormat: { load, shortDatePattern: "dd-MM-yyyy" } } };
  async sync() {}
} };
"""
CALL = """async ([name, args]) => {
  try {
    return await associated.functions[name](...args, { address: "Ark1!A1" });
  } catch (error) {
    return [error.code, error.message];
  }
}"""

complaints: list[str] = []


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def pane(host: Host) -> Iterator[Page]:
    """The task pane; what it complains of, and what it would fetch elsewhere, goes into `complaints`."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert binary, "chromium is missing; `make test` installs it or says how"
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=binary, args=sandbox)
        page = browser.new_page(viewport={"width": NARROW, "height": 900})
        complaints.clear()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

        def only_ours(route: Route) -> None:
            if route.request.url.endswith("/office.js"):
                route.fulfill(body=EXCEL, content_type="text/javascript")
            elif route.request.url.startswith(host.address):
                route.continue_()
            else:
                complaints.append(route.request.url)
                route.abort()

        page.route("**/*", only_ours)
        page.goto(f"{host.address}/taskpane.html", wait_until="networkidle")
        yield page
        browser.close()


def test_the_task_pane_opens_in_danish_without_complaint_and_asks_no_other_machine(pane: Page, host: Host) -> None:
    scripts = host.get("/xlwings/custom-scripts-meta.json").json()
    for script in scripts:
        expect(pane.get_by_role("button", name=script["name"], exact=True)).to_be_visible()
    expect(pane.get_by_role("heading", name="Hvad der sendes")).to_be_visible()
    expect(pane.get_by_text("The add-in didn't load properly.")).to_be_hidden()
    assert pane.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert complaints == []


def test_the_task_pane_has_the_colours_of_the_workbooks(pane: Page) -> None:
    drawn = pane.get_by_role("button", name="Tjek skema").evaluate("one => getComputedStyle(one).backgroundColor")
    assert drawn == f"rgb({', '.join(str(one) for one in bytes.fromhex(BLUE[1:]))})"


def test_the_tab_runs_the_scripts(pane: Page, host: Host) -> None:
    names = {one["function_name"] for one in host.get("/xlwings/custom-scripts-meta.json").json()}
    assert set(pane.evaluate("Object.keys(associated.actions)")) == names


def test_the_client_sends_what_these_tests_send_and_gets_the_same_answers(pane: Page, host: Host) -> None:
    sent: list[Any] = []
    pane.on("request", lambda request: sent.append(request.post_data_json) if request.method == "POST" else None)
    calls, parameters = [*CALLS, *REFUSED], host.parameters()
    for (name, args), answer in zip(calls, host.answers(calls), strict=True):
        call = function_call(name, args, parameters[name])
        told = pane.evaluate(CALL, [name.upper(), call["args"]])
        assert sent[-1] | {"session_id": ""} == call | {"session_id": ""}
        if (name, args) in REFUSED:
            assert told == ["#VALUE!", answer]
        else:
            assert value(told) == answer

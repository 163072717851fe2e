"""How a page looks and behaves in a browser, whatever stands on it; each check gives what is wrong."""

from collections.abc import Iterator

from axe import violations
from playwright.sync_api import Locator, Page

WIDTHS = (768, 640, 390, 1280)
"""In pixels; 640 is a screen of 1280 at 200 %."""
PAPER = 1047
"""A4 on its side, 96 pixels an inch, less the margins."""
_HEAD = """() => [
  document.querySelectorAll('h1').length === 1 || 'not one h1',
  document.title.split('–')[0].trim() !== '' || 'no title',
  ['da', 'en'].includes(document.documentElement.lang) || 'no language',
].filter(one => one !== true)"""
_OPEN = "document.querySelectorAll('details').forEach(one => { one.open = true })"
_WIDE = """width => [
  ...[...document.querySelectorAll('main > *, header *, footer *, main .table--responsive-scroll')].filter(one =>
    one.checkVisibility() && one.getBoundingClientRect().right > width + 1),
  ...[document.documentElement].filter(one => one.scrollWidth > width),
  ...[...document.querySelectorAll('.table--responsive-scroll')]
    .filter(one => width === 1280 && one.scrollWidth > one.clientWidth + 1),
].map(one => `at ${width} too wide: ${one.outerHTML.slice(0, 160)}`)"""
_FOCUS = r"""() => {
  const wrong = [];
  const look = one => [one, one.parentElement, one.nextElementSibling ?? one].map(one => {
    const its = [getComputedStyle(one), getComputedStyle(one, '::before')];
    return its.map(one => [one.outline, one.boxShadow, one.border, one.textDecoration]).join();
  }).join();
  const light = colour => {
    const linear = share => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
    const [red, green, blue] = colour.match(/[\d.]+/g).map(one => linear(one / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const behind = one => {
    const its = getComputedStyle(one).backgroundColor;
    return its !== 'rgba(0, 0, 0, 0)' || !one.parentElement ? its : behind(one.parentElement);
  };
  const stands_out = one => {
    const its = getComputedStyle(one), [ring, ground] = [its.outlineColor, behind(one.parentElement)].map(light);
    return its.outlineStyle === 'none' || Math.max(ring, ground) / Math.min(ring, ground) >= 3;
  };
  const all = 'a, button, input, select, textarea, summary, audio, [tabindex], [onclick], [role=button]';
  for (const one of document.querySelectorAll(all)) {
    if (one.type === 'hidden' || one.disabled || one.id === 'main-content' || !one.checkVisibility()) continue;
    document.activeElement.blur();
    const before = look(one);
    one.focus();
    const it = one.outerHTML.slice(0, 160);
    if (document.activeElement !== one || one.tabIndex !== 0) wrong.push(`no key reaches ${it}`);
    else if (before === look(one) || !stands_out(one)) wrong.push(`nobody sees the focus on ${it}`);
  }
  return wrong;
}"""
_PRINTED = """width => [
  ...[...document.querySelectorAll('header, footer, .skip-link')].filter(one => one.checkVisibility())
    .map(one => `on paper stands ${one.outerHTML.slice(0, 100)}`),
  ...[...document.querySelectorAll('main *')]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > width + 1)
    .map(one => `cut on paper: ${one.outerHTML.slice(0, 160)}`).slice(0, 3),
]"""


def go(page: Page, element: Locator) -> None:
    """Press a link or a button, and wait for the page that it leads to: only then is there something to look at."""
    with page.expect_navigation():
        element.press("Enter")


def fits(page: Page) -> None:
    """Nothing is wider than the window."""
    assert page.viewport_size
    assert page.evaluate(_WIDE, page.viewport_size["width"]) == [], page.url


def wrongs(page: Page) -> Iterator[str]:
    """At every width, on paper, by keyboard, and by the rules of WCAG."""
    yield from page.evaluate(_HEAD)
    page.evaluate(_OPEN)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        yield from page.evaluate(_WIDE, width)
    yield from violations(page)
    page.keyboard.press("Tab")  # a browser shows where the focus is to whoever uses keys
    yield from page.evaluate(_FOCUS)
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    yield from page.evaluate(_PRINTED, PAPER)
    page.emulate_media(media="screen")

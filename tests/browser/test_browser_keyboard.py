"""The pages without a mouse."""

import re
from pathlib import Path

import pytest
from browser import Person
from opened import Opened, Visit, address
from playwright.sync_api import Page, expect
from steps import fact, wait_for_viewer, wait_until_quiet

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

MOST_STOPS = 400
_STOPS = """() => [...document.querySelectorAll(
    "a[href], button, select, input:not([type=hidden]), summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility() && !one.disabled
    && !(one.type === "radio" && !one.checked)).length"""
_STOP = """() => {
  const { activeElement: one } = document;
  if (one === document.body) return null;
  window.stops ??= new Map();
  if (!window.stops.has(one)) window.stops.set(one, window.stops.size);
  const seen = one.id === "files" ? one.previousElementSibling : one;
  return [window.stops.get(one), getComputedStyle(seen).outlineStyle !== "none"];
}"""


def tab_to(page: Page, name: str) -> None:
    """Press the tabulator until an element with this id has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            return
    raise AssertionError(f"{name} is not reached by the tabulator")


def test_a_recording_is_opened_corrected_and_undone(owner: Person, wfdb_files: list[Path]) -> None:
    page = owner.open()
    page.on("filechooser", lambda chooser: None)  # so that it is expected in time
    keys = page.keyboard
    tab_to(page, "files")
    with page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files([str(file) for file in wfdb_files])
    expect(page.locator("#chosen li")).to_have_count(3)
    tab_to(page, "send")
    keys.press("Enter")
    wait_for_viewer(page)

    tab_to(page, "strip")
    keys.press("v")
    expect(fact(page, "Class")).to_contain_text("V")
    first = fact(page, "Time").inner_text()
    keys.press(".")
    expect(fact(page, "Time")).not_to_have_text(first)
    keys.press(",")
    expect(fact(page, "Time")).to_have_text(first)
    keys.press("4")
    expect(page.locator("#history li")).to_have_count(1)
    expect(fact(page, "Class")).to_contain_text("F")
    keys.press("Control+z")
    expect(page.locator("#history li")).to_contain_text("undone")
    expect(fact(page, "Class")).to_contain_text("V")
    keys.press("Control+y")
    expect(page.locator("#history-state")).to_contain_text("1 correction")
    keys.press("Escape")
    expect(page.locator("#beat")).to_be_hidden()


def test_the_strip_is_moved_and_scaled(viewer: Page) -> None:
    keys = viewer.keyboard
    tab_to(viewer, "strip")
    keys.press("PageDown")
    expect(viewer.locator("#overview")).to_have_attribute("aria-valuenow", re.compile("10|11"))
    keys.press("ArrowLeft")
    expect(viewer.locator("#overview")).to_have_attribute("aria-valuenow", re.compile("[78]"))
    keys.press("+")
    expect(viewer.locator("#speed option:checked")).to_have_text("37.5 mm/s")
    keys.press("-")
    keys.press("ArrowUp")
    expect(viewer.locator("#gain")).to_have_value("20")
    keys.press("l")
    expect(viewer.locator("#leads")).to_have_value("MLII")
    keys.press("b")
    expect(viewer.locator("#filter")).to_have_value("normal")
    keys.press("End")
    expect(viewer.locator("#overview")).to_have_attribute("aria-valuenow", re.compile("3[89]."))
    tab_to(viewer, "overview")
    keys.press("Home")
    expect(viewer.locator("#overview")).to_have_attribute("aria-valuenow", "0")
    keys.press("PageDown")
    expect(viewer.locator("#overview")).to_have_attribute("aria-valuenow", "40")


def test_the_list_of_keys_opens_and_gives_the_focus_back(viewer: Page) -> None:
    tab_to(viewer, "help-button")
    viewer.keyboard.press("Enter")
    expect(viewer.get_by_role("dialog")).to_be_visible()
    viewer.keyboard.press("v")
    viewer.keyboard.press("Escape")
    expect(viewer.get_by_role("dialog")).to_be_hidden()
    expect(viewer.locator("#beat")).to_be_hidden()
    expect(viewer.locator("#help-button")).to_be_focused()


def test_keys_can_be_kept_to_the_strip(visit: Visit, opened: Opened) -> None:
    viewer = visit(state=opened.state).open(opened.ventricular)
    wait_for_viewer(viewer)
    viewer.get_by_role("button", name="Keys").click()
    viewer.locator("#keys-on").uncheck()
    viewer.keyboard.press("Escape")
    viewer.keyboard.press("v")
    tab_to(viewer, "strip")
    expect(viewer.locator("#beat")).to_be_hidden()
    viewer.keyboard.press("v")
    expect(viewer.locator("#beat")).to_be_visible()


def test_the_content_is_reached_by_the_first_link(owner: Person) -> None:
    page = owner.open("/about")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("name", ["start", "viewer", "performance", "print"])
def test_the_tabulator_stops_everywhere_once_and_is_seen(
    owner: Person, opened: Opened, name: str
) -> None:
    page = owner.open(address(name, opened=opened))
    wait_until_quiet(page)
    if name == "viewer":
        page.keyboard.press("v")
        expect(page.locator("#beat")).to_be_visible()
        page.evaluate("document.activeElement.blur()")
    expected = page.evaluate(_STOPS)
    stops = []
    for _ in range(expected + 1):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None:
            break
        stops.append(stop)
    assert stops == [[i, True] for i in range(expected)]

"""All pages: no errors, nothing from elsewhere, small, in both languages, without barriers."""

import re
from pathlib import Path

import pytest
from browser import PHONE, Person
from opened import PAGES, Opened, Visit, address
from playwright.sync_api import Page, expect
from steps import fact, jump, wait_for_viewer, wait_until_quiet

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

AXE = Path(__file__).with_name("vendor") / "axe-core" / "axe.min.js"
FIRST_PAGE_BYTES = 200_000
_FINDINGS = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`)"""
_LOADED = """() => [
  ...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource"),
].map(({ name, transferSize }) => [name, transferSize])"""
_VIOLATE = """() => {
  const script = document.createElement("script");
  script.textContent = "document.title = 'taken over'";
  document.body.append(script);
}"""
_UNREACHABLE = """() => {
  const controls = [...document.querySelectorAll("main :is(a, button, input, select, summary)")]
    .filter((one) => one.checkVisibility() && !one.disabled && !one.matches(".unseen"));
  const isReached = (one) => {
    one.scrollIntoView({ block: "center", behavior: "instant" });
    const { left, right, top, width, height } = one.getBoundingClientRect();
    const isWhole = left >= 0 && right <= innerWidth && Math.min(width, height) >= 12;
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    return isWhole && (one.contains(hit) || hit?.closest("label")?.control === one);
  };
  return controls.filter((one) => !isReached(one)).map(({ outerHTML }) => outerHTML);
}"""
_WORDS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const { parentElement: parent, data } = walker.currentNode;
    if (!parent.closest("script, noscript, [lang=en], .title")) texts.push(data.trim());
  }
  return texts.filter(Boolean);
}"""
KEPT_IN_ENGLISH = re.compile(
    r"ecgfuse|API|ANSI/AAMI|EC57|CNN-LSTM|FiLM|MIT-BIH|uPlot|Leon Sorokin|OpenAPI|token|best|"
    r"early|late|hybrid|MLII|bpm|QRS|SVEB|VEB|Page (Up|Down)|Home|End|Enter|Esc|Ctrl|Shift|WFDB|"
    r"AUROC|ROC|JSON|Kaggle|synthetic-\w+"
)


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, owner: Person, opened: Opened) -> Page:
    """Each page in turn."""
    if request.param == "no-such-page":
        owner.refused.add(404)
    page = owner.open(address(request.param, opened=opened))
    wait_until_quiet(page)
    return page


def findings(page: Page) -> list[str]:
    """Barriers of a page that axe calls serious or critical."""
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(_FINDINGS)
    return found


def test_a_page_has_no_barriers_and_loads_nothing_from_elsewhere(page: Page, owner: Person) -> None:
    expect(page.locator("h1")).to_have_count(1)
    expect(page).to_have_title(re.compile(".+ . ecgfuse"))
    expect(page.locator(".notice")).to_contain_text("Not a medical device")
    loaded = page.evaluate(_LOADED)
    assert [name for name, _ in loaded if not name.startswith(f"{owner.url}/")] == []
    assert findings(page) == []


def test_what_opens_on_a_page_has_no_barriers(viewer: Page) -> None:
    jump(viewer, "V")
    expect(fact(viewer, "Class")).to_be_visible()
    viewer.get_by_text("Beats in the strip as a table").click()
    expect(viewer.locator("#beat-table tbody tr").first).to_be_visible()
    viewer.locator("summary", has_text="Download").click()
    assert findings(viewer) == []
    viewer.get_by_role("button", name="Keys").click()
    expect(viewer.get_by_role("dialog")).to_be_visible()
    assert findings(viewer) == []


def test_chosen_files_and_problems_have_no_barriers(owner: Person, tmp_path: Path) -> None:
    path = tmp_path / "letter.csv"
    path.write_text("Dear colleague\n")
    page = owner.open()
    page.locator("#files").set_input_files(str(path))
    page.locator("#send").click()
    expect(page.locator("#problems .warning")).to_be_visible()
    assert findings(page) == []


@pytest.mark.parametrize("name", ["start", "viewer", "performance"])
def test_dark_colours_have_no_barriers(visit: Visit, opened: Opened, name: str) -> None:
    page = visit(state=opened.state, dark=True).open(address(name, opened=opened))
    wait_until_quiet(page)
    assert findings(page) == []


def test_the_first_page_is_small(stranger: Person) -> None:
    page = stranger.open()
    wait_until_quiet(page)
    sizes = dict(page.evaluate(_LOADED))
    assert 0 < sum(sizes.values()) < FIRST_PAGE_BYTES, sizes


def test_scripts_in_a_page_are_refused_and_noticed(stranger: Person) -> None:
    page = stranger.open("/about")
    page.evaluate(_VIOLATE)
    expect(page).to_have_title(re.compile("About"))
    assert "Content Security Policy" in stranger.errors.pop()
    assert stranger.errors == []


# -- Languages


def test_the_language_of_the_browser_is_used(visit: Visit) -> None:
    page = visit(language="ko").open()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator("h1")).to_have_text("심전도 기록의 박동 분류")


def test_the_language_is_chosen_and_kept(visit: Visit, opened: Opened) -> None:
    somebody = visit(state=opened.state)
    page = somebody.open(f"{opened.ventricular}?t=20")
    wait_for_viewer(page)
    page.get_by_role("link", name="한국어").click()
    wait_for_viewer(page)
    expect(page).to_have_url(re.compile("t=20"))
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    jump(page, "V")
    expect(fact(page, "분류")).to_contain_text("심실조기수축")
    expect(page.locator("#legend")).to_contain_text("상심실성 이소성 박동")
    page = somebody.open("/about")
    expect(page.locator("h1")).to_have_text("소개")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("About")


@pytest.mark.parametrize("name", [name for name in PAGES if name != "no-such-page"])
def test_a_korean_page_has_no_english_and_is_no_wider_than_a_phone(
    visit: Visit, opened: Opened, name: str
) -> None:
    person = visit(state=opened.state, language="ko", size=PHONE)
    page = person.open(address(name, opened=opened))
    wait_until_quiet(page)
    texts = [KEPT_IN_ENGLISH.sub("", text) for text in page.evaluate(_WORDS)]
    assert [text for text in texts if re.search("[A-Za-z]{4}", text)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


# -- A phone


@pytest.mark.parametrize("name", ["start", "viewer", "single-beats", "prediction"])
def test_every_control_is_reached_on_a_phone(visit: Visit, opened: Opened, name: str) -> None:
    page = visit(state=opened.state, size=PHONE).open(address(name, opened=opened))
    wait_until_quiet(page)
    if name == "viewer":
        jump(page, "V")
        expect(page.locator("#beat")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert page.evaluate(_UNREACHABLE) == []

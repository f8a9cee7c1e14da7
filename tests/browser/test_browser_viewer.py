"""Looking at a recording: zoom and pan by mouse, touch and keys, jumps, filters, beats."""

import re

import pytest
from browser import PHONE, Person
from opened import Opened, Visit
from playwright.sync_api import CDPSession, Page, expect
from steps import (
    PAN_PX,
    answer,
    box_of,
    chosen_class,
    drawn_share,
    fact,
    frames_of_a_pan,
    jump,
    middle_of,
    path_of,
    speed,
    start_s,
    wait_for_viewer,
)
from upload_files import HAS_DATABASE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def touch(session: CDPSession, kind: str, *places: tuple[float, float]) -> None:
    """One event of a touch screen with the places of the fingers."""
    points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_the_strip_shows_the_trace(viewer: Page) -> None:
    assert drawn_share(viewer) > 0.9


def test_the_wheel_zooms_at_the_pointer(viewer: Page) -> None:
    assert speed(viewer) == 25
    viewer.mouse.move(*middle_of(viewer.locator("#strip")))
    viewer.mouse.wheel(0, -300)
    expect(viewer.locator("#speed option:checked")).to_have_text(re.compile("40.4 mm/s"))
    viewer.mouse.wheel(0, 300)
    expect(viewer.locator("#speed")).to_have_value("25")
    viewer.mouse.wheel(500, 0)
    expect(viewer.locator("#overview")).to_have_attribute("aria-valuenow", "5")


def test_two_fingers_zoom_and_one_moves(visit: Visit, opened: Opened) -> None:
    page = visit(state=opened.state, size=PHONE).open(opened.ventricular)
    wait_for_viewer(page)
    fingers = page.context.new_cdp_session(page)
    x, y = middle_of(page.locator("#strip"))
    touch(fingers, "touchStart", (x - 30, y), (x + 30, y))
    for gap in (45, 60, 75, 90):
        touch(fingers, "touchMove", (x - gap, y), (x + gap, y))
    touch(fingers, "touchEnd")
    expect(page.locator("#speed")).not_to_have_value("25")
    assert speed(page) == pytest.approx(75, rel=0.1)
    before = start_s(page)
    for _ in range(3):
        touch(fingers, "touchStart", (x + 100, y))
        for moved in (50, 0, -50, -100):
            touch(fingers, "touchMove", (x + moved, y))
        touch(fingers, "touchEnd")
    expect(page.locator("#overview")).not_to_have_attribute("aria-valuenow", f"{before:g}")
    assert start_s(page) > before
    width = page.evaluate("visualViewport.scale")
    assert width == 1  # the page itself was not enlarged


def test_a_drag_moves_the_strip_and_a_click_chooses_a_beat(viewer: Page) -> None:
    strip = viewer.locator("#strip")
    box, (x, y) = box_of(strip), middle_of(strip)
    viewer.mouse.move(x, y)
    viewer.mouse.down()
    viewer.mouse.move(x - 0.9 * box["width"] / 2, y, steps=4)
    viewer.mouse.up()
    expect(viewer.locator("#overview")).not_to_have_attribute("aria-valuenow", "0")
    expect(viewer.locator("#beat")).to_be_hidden()
    viewer.mouse.click(x, y)
    expect(viewer.locator("#beat")).to_be_visible()
    expect(fact(viewer, "Class").locator(".badge")).to_have_text(re.compile("[NSVFQ]"))


def test_the_probabilities_appear_beside_the_pointer(viewer: Page) -> None:
    jump(viewer, "V")
    expect(viewer.locator("#beat")).to_be_visible()
    time_s = viewer.locator("#beat-facts dd").nth(1).inner_text()
    seconds = sum(60**i * float(part) for i, part in enumerate(reversed(time_s.split(":"))))
    box = box_of(viewer.locator("#strip"))
    px_per_s = 25 * 96 / 25.4
    viewer.mouse.move(box["x"] + (seconds - start_s(viewer)) * px_per_s, box["y"] + 100)
    expect(viewer.locator("#tooltip")).to_contain_text("V (ventricular ectopic)")
    expect(viewer.locator("#tooltip")).to_contain_text(re.compile(r"V [<>]? ?[01]\.\d\d"))


def test_a_click_on_the_overview_goes_there(viewer: Page) -> None:
    box = box_of(viewer.locator("#overview"))
    viewer.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 20)
    expect(viewer.locator("#overview")).to_have_attribute("aria-valuenow", re.compile("29[45]"))
    expect(viewer).to_have_url(re.compile(r"t=29[45]\."))
    viewer.reload()
    wait_for_viewer(viewer)
    assert start_s(viewer) in (294, 295)


@pytest.mark.parametrize("kind", ["V", "S", "mismatch", "doubt"])
def test_a_jump_goes_from_place_to_place_and_back(owner: Person, opened: Opened, kind: str) -> None:
    viewer = owner.open(opened.supraventricular if kind == "S" else opened.ventricular)
    wait_for_viewer(viewer)
    times: list[str] = []
    for _ in range(2):
        jump(viewer, kind)
        expect(viewer.locator("#live")).to_have_text(re.compile(r", \d:\d\d:\d\d\.\d\d,"))
        expect(viewer.locator("#beat")).to_be_visible()
        if times:
            expect(fact(viewer, "Time")).not_to_have_text(times[-1])
        times.append(fact(viewer, "Time").inner_text())
        if len(kind) == 1:
            assert chosen_class(viewer) == kind
        if kind == "mismatch":
            assert chosen_class(viewer) != fact(viewer, "Reference").inner_text()
    assert times == sorted(times)
    viewer.locator(f'#jumps [data-kind="{kind}"]').click(modifiers=["Shift"])
    expect(fact(viewer, "Time")).to_have_text(times[0])


@pytest.mark.skipif(not HAS_DATABASE, reason="synthetic records have no pause")
def test_pauses_and_runs_are_found(owner: Person, opened: Opened) -> None:
    page = owner.open(opened.supraventricular)
    wait_for_viewer(page)
    (analysis,) = answer(page, f"/api/v1{path_of(page)}")["analyses"]
    summary = answer(page, f"/api/v1/analyses/{analysis['id']}/summary")
    assert summary["pauses"]
    assert summary["runs"]
    for kind in ("pause", "run"):
        page.locator("#strip").press("Home")
        page.locator("#strip").press("Escape")
        expect(page.locator("#beat")).to_be_hidden()
        jump(page, kind)
        expect(page.locator("#beat")).to_be_visible()
    page.get_by_role("heading", name="Longest runs").locator("+ ul button").first.click()
    expect(fact(page, "Class")).to_contain_text("S")


def test_a_jump_beyond_the_last_place_says_so(viewer: Page, owner: Person) -> None:
    owner.refused.add(404)
    viewer.locator("#strip").press("End")
    jump(viewer, "pause")
    expect(viewer.locator("#live")).to_have_text(re.compile("No pause after this|pause, "))


def test_speed_gain_and_leads_are_chosen(viewer: Page) -> None:
    height = box_of(viewer.locator("#paper"))["height"]
    viewer.get_by_label("Leads").select_option("MLII")
    expect(viewer.locator("#paper")).not_to_have_css("height", f"{height}px")
    viewer.get_by_label("Speed").select_option("50")
    viewer.locator("#gain").select_option("20")
    expect(viewer.locator("#overview")).to_have_attribute(
        "aria-valuetext", re.compile(r"0:00:0[0-4] . 0:00:0[4-9]")
    )
    assert drawn_share(viewer) > 0.9


def test_the_filter_shows_normal_or_abnormal_beats_alone(viewer: Page) -> None:
    viewer.get_by_text("Beats in the strip as a table").click()
    classes = viewer.locator("#beat-table tbody tr td:nth-child(2)")
    expect(classes.filter(has_text="N").first).to_be_visible()
    viewer.get_by_label("Show").select_option("abnormal")
    expect(classes.filter(has_text="N")).to_have_count(0)
    expect(classes.filter(has_text="V").first).to_be_visible()
    viewer.get_by_label("Show").select_option("normal")
    expect(classes.filter(has_text="V")).to_have_count(0)
    expect(classes.filter(has_text="N").first).to_be_visible()


def test_a_beat_opens_in_its_own_window(viewer: Page, owner: Person) -> None:
    jump(viewer, "V")
    sample = fact(viewer, "Sample")
    expect(sample).to_be_visible()
    with viewer.expect_popup() as popup:
        viewer.get_by_role("button", name="Own window").click()
    beat = popup.value
    expect(beat.locator("#beat-facts")).to_contain_text("ventricular ectopic")
    expect(beat.locator("#beat-facts")).to_contain_text(sample.inner_text())
    beat.get_by_role("link", name="Go to it in the recording").click()
    wait_for_viewer(beat)
    expect(fact(beat, "Sample")).to_have_text(sample.inner_text())


def test_the_tachogram_goes_to_a_beat_and_zooms(viewer: Page) -> None:
    plot = viewer.locator("#tachogram .u-over")
    box = box_of(plot)
    plot.click(position={"x": 0.5 * box["width"], "y": 0.5 * box["height"]})
    expect(viewer.locator("#overview")).to_have_attribute("aria-valuenow", re.compile("19[0-9]"))
    x, y = middle_of(plot)
    viewer.mouse.move(x, y)
    viewer.mouse.down()
    viewer.mouse.move(x + 100, y, steps=3)
    viewer.mouse.up()
    viewer.get_by_role("button", name="Whole recording").click()
    expect(viewer.locator("#rr-all")).to_be_hidden()


def test_each_class_has_a_median_beat(viewer: Page) -> None:
    (analysis,) = answer(viewer, f"/api/v1{path_of(viewer)}")["analyses"]
    medians = answer(viewer, f"/api/v1/analyses/{analysis['id']}/medians")
    captions = viewer.locator("#medians figcaption")
    expect(captions).to_have_count(len(medians))
    expect(captions.filter(has_text="ventricular ectopic, ").last).to_contain_text("beats")


def test_a_smooth_pan_goes_as_far_as_the_fingers(viewer: Page) -> None:
    drawn_share(viewer)
    frames = frames_of_a_pan(viewer)
    px_per_s = 25 * 96 / 25.4
    expect(viewer.locator("#overview")).to_have_attribute(
        "aria-valuenow", f"{len(frames) * PAN_PX / px_per_s:.0f}"
    )
    assert drawn_share(viewer) > 0.9

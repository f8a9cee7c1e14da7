"""What is taken away: every file is read back, and the summary fits on one sheet."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import wfdb
from browser import Person
from opened import Opened, Visit
from PIL import Image
from playwright.sync_api import Page, expect
from steps import fact, give_class, jump, path_of, wait_for_viewer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

SVG = "{http://www.w3.org/2000/svg}"


def download(page: Page, text: str, *, to: Path) -> Path:
    """Choose an entry of the menu; return the file that comes."""
    page.locator("summary", has_text="Download").click()
    with page.expect_download() as started:
        page.get_by_role("link", name=text).click()
    path = to / started.value.suggested_filename
    started.value.save_as(path)
    page.keyboard.press("Escape")
    return path


@pytest.fixture
def corrected(fresh: Page) -> tuple[Page, int]:
    """The page of a recording, and the sample of a V beat that was corrected to S."""
    jump(fresh, "V")
    sample = int(fact(fresh, "Sample").inner_text().replace(",", ""))
    give_class(fresh, "S")
    expect(fresh.locator("#history li")).to_have_count(1)
    return fresh, sample


def test_the_files_hold_the_corrected_labels(corrected: tuple[Page, int], tmp_path: Path) -> None:
    page, sample = corrected
    path = download(page, "Annotation (WFDB)", to=tmp_path)
    labels = wfdb.rdann(str(path.with_suffix("")), path.suffix[1:])
    (at,) = np.flatnonzero(labels.sample == sample)
    assert labels.symbol[at] == "S"

    table = pd.read_csv(download(page, "Beats (CSV)", to=tmp_path))
    beat = table[table["sample"] == sample].iloc[0]
    assert (beat["class"], beat["model_class"]) == ("S", "V")
    beats = [symbol for symbol in labels.symbol if symbol in "NSVFQ"]
    assert len(table) == len(beats)

    report = json.loads(download(page, "Report (JSON)", to=tmp_path).read_text())
    assert report["corrected"] == 1
    assert report["counts"]["V"] == int((table["class"] == "V").sum())


def test_the_strips_are_pictures_of_the_part_in_view(
    corrected: tuple[Page, int], tmp_path: Path
) -> None:
    page, _ = corrected
    page.locator("#strip").press("End")
    picture = ElementTree.parse(download(page, "This strip (SVG)", to=tmp_path)).getroot()
    assert picture.tag == f"{SVG}svg"
    title = picture.findtext(f"{SVG}title") or ""
    assert re.search(r"208, MLII, V1, 0:00:\d\d to 0:00:30", title), title
    letters = [text.text for text in picture.iter(f"{SVG}text")]
    assert {"N", "V"} <= {*letters}
    with Image.open(download(page, "This strip (PNG)", to=tmp_path)) as image:
        assert image.format == "PNG"
        assert min(image.size) > 300
        assert len(image.convert("RGB").getcolors(maxcolors=1 << 20) or ()) > 4


def test_single_beats_are_taken_away_as_tables(
    owner: Person, opened: Opened, tmp_path: Path
) -> None:
    page = owner.open(opened.single_beats)
    expect(page.locator("#rows tbody tr").first).to_be_visible()
    table = pd.read_csv(download(page, "Beats (CSV)", to=tmp_path))
    assert {*table["class"]} <= {"N", "abnormal", "Q"}
    assert page.locator("#downloads li").count() == 2


def of_a_day(summary: dict[str, Any]) -> dict[str, Any]:
    """A summary with as much in it as there can be."""
    hour = {"start_s": 0, "heart_rate": 71.2, "burden": {}, **summary["counts"]}
    run = {"name": "V", "beats": 12, "rate": 150.0, "start_s": 10.0}
    return summary | {
        "hours": [hour | {"start_s": 3600 * i} for i in range(24)],
        "runs": [run] * 5,
        "pauses": [{"start_s": 20.0, "rr_s": 2.5}] * 30,
        "flags": dict.fromkeys(("edge", "noise", "gap before", "gap after", "unfamiliar"), 3),
        "without_signal_s": {"no signal": 300.0, "flat": 20.0, "saturated": 60.0},
    }


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("is_day", [False, True], ids=["short", "day"])
def test_the_summary_is_one_sheet(
    visit: Visit, opened: Opened, is_day: bool, language: str
) -> None:
    person = visit(state=opened.state, language=language)
    page = person.tab()
    if is_day:
        page.route(
            "**/summary",
            lambda route: route.fulfill(json=of_a_day(route.fetch().json())),
        )
    page.goto(f"{person.url}{opened.supraventricular}/print")
    expect(page.locator("#sheet")).not_to_have_attribute("aria-busy", "true")
    pictures = page.locator("#strips img")
    for i in range(pictures.count()):
        expect(pictures.nth(i)).to_have_js_property("complete", True)
        assert pictures.nth(i).evaluate("(it) => it.naturalWidth") > 0
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    (box,) = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheet)
    assert [round(float(side)) for side in box] == [595, 842]  # A4


def test_the_summary_is_reached_from_the_viewer_and_back(viewer: Page) -> None:
    path = path_of(viewer)
    viewer.get_by_role("link", name="Print").click()
    expect(viewer.locator("h1")).to_have_text("Summary of 208")
    expect(viewer.locator("#strips figcaption").first).to_contain_text(
        re.compile("First beat|Longest")
    )
    viewer.get_by_role("link", name="Back to the recording").click()
    wait_for_viewer(viewer)
    assert path_of(viewer) == path

"""Recordings of every format are brought in on the pages, as a person does it."""

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browser import Person
from playwright.sync_api import Page, Route, expect
from steps import answer, choose_files, path_of, send, upload, wait_for_viewer
from upload_files import write_as, write_part, write_single_beats

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

PART = re.compile(r"^[1-9]\d? %")
"""Some percent, but not all."""

_DROP = """async (files) => {
  const dropped = new DataTransfer();
  for (const { name, content } of files) {
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    dropped.items.add(new File([bytes], name));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const options = { dataTransfer: dropped, bubbles: true, cancelable: true };
    document.querySelector("#drop").dispatchEvent(new DragEvent(kind, options));
  }
}"""


def drop(page: Page, files: list[Path]) -> None:
    """Drag files from the desk onto the page and let them go."""
    page.evaluate(
        _DROP,
        [
            {"name": file.name, "content": base64.b64encode(file.read_bytes()).decode()}
            for file in files
        ],
    )


@contextmanager
def pieces(page: Page, *, passed: int, then: Callable[[Route], object]) -> Iterator[None]:
    """Let some pieces of an upload through, and do something else with the others."""
    sent: list[str] = []

    def pass_or_not(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        sent.append(route.request.url)
        if len(sent) > passed:
            then(route)
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*", pass_or_not)
    yield
    if not page.is_closed():
        page.unroute("**/api/v1/uploads/*")


def test_a_wfdb_record_is_shown_with_its_leads_and_reference_labels(
    owner: Person, wfdb_files: list[Path]
) -> None:
    page = owner.open()
    upload(page, wfdb_files)
    expect(page.locator("h1")).to_have_text("208")
    expect(page.locator("#facts")).to_have_text(
        "0:00:30 · 360 Hz · MLII, V1 · with reference labels"
    )
    expect(page.locator("#reference-section")).to_be_visible()


@pytest.mark.parametrize("ending", [".edf", ".bdf"])
def test_edf_and_bdf_files_are_shown(
    owner: Person, wfdb_files: list[Path], folder: Path, ending: str
) -> None:
    page = owner.open()
    upload(page, [write_as(folder / f"night{ending}", record=wfdb_files[0])])
    expect(page.locator("h1")).to_have_text("night")
    expect(page.locator("#facts")).to_contain_text("0:00:30 · 360 Hz")
    expect(page.locator("#reference-section")).to_be_hidden()


def test_the_sampling_rate_of_a_csv_file_is_asked_for(
    owner: Person, wfdb_files: list[Path], folder: Path
) -> None:
    page = owner.open()
    expect(page.locator("#csv-options")).to_be_hidden()
    choose_files(page, [write_as(folder / "table.csv", record=wfdb_files[0])])
    expect(page.locator("#csv-options")).to_be_visible()
    send(page)
    expect(page.locator("#problems")).to_contain_text(re.compile("table.csv: .*sampling rate"))
    page.get_by_label("Sampling rate (Hz)").fill("360")
    send(page)
    wait_for_viewer(page)
    expect(page.locator("#facts")).to_contain_text("0:00:30 · 360 Hz · MLII, V1")


@pytest.mark.parametrize("labels", [False, True], ids=["187-columns", "188-columns"])
def test_the_label_column_of_single_beats_is_asked_for(
    owner: Person, wfdb_files: list[Path], folder: Path, labels: bool
) -> None:
    page = owner.open()
    table = write_single_beats(
        folder / f"beats-{labels}.csv", record=wfdb_files[0], labels=labels, rows=30
    )
    choose_files(page, [table])
    page.get_by_label("Single beats, one in each row of 187 values").check()
    expect(page.locator("#recording-options")).to_be_hidden()
    send(page)
    expect(page.locator("#problems")).to_contain_text("end with a label")
    page.get_by_role("combobox", name="Labels").select_option("last" if labels else "none")
    send(page)
    page.wait_for_url(re.compile("/single-beats/"))
    expect(page.locator("#rows tbody tr")).to_have_count(30)
    expect(page.locator("#beat-facts")).to_contain_text("Probability A")
    expect(page.locator("#reference-section")).to_be_visible(visible=labels)


def test_the_prediction_page_scores_single_beats_with_labels(
    owner: Person, wfdb_files: list[Path], folder: Path
) -> None:
    table = write_single_beats(folder / "scored.csv", record=wfdb_files[0], labels=True)
    page = owner.open("/performance/prediction")
    page.get_by_label("CSV file").set_input_files(str(table))
    page.get_by_role("combobox", name="Labels").select_option("last")
    page.get_by_role("button", name="Classify").click()
    page.wait_for_url(re.compile("/single-beats/.*#prediction"))
    scores = page.locator("#reference table").first
    expect(scores).to_contain_text("accuracy")
    expect(scores).to_contain_text("AUROC")
    page.get_by_role("button", name="Next row").click()
    expect(page.locator("#row")).to_have_value("2")


def test_files_of_several_recordings_are_sorted_out(
    stranger: Person, wfdb_files: list[Path], folder: Path
) -> None:
    others = write_part(folder / "several", "119", seconds=30)
    night = write_as(folder / "other-night.edf", record=wfdb_files[0])
    page = stranger.open()
    choose_files(page, [*wfdb_files, night, *others])
    page.get_by_role("button", name="Remove 119.atr").click()
    expect(page.locator("#chosen li")).to_have_count(6)
    send(page)
    rows = page.locator("#recordings li")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="analysed by Best network")).to_have_count(3)
    expect(rows.filter(has_text="with reference labels")).to_have_count(1)


def test_files_dropped_anywhere_on_the_page_are_taken(
    owner: Person, wfdb_files: list[Path]
) -> None:
    page = owner.open()
    drop(page, wfdb_files)
    expect(page.locator("#chosen li")).to_have_count(3)
    send(page)
    wait_for_viewer(page)
    expect(page.locator("#facts")).to_contain_text("with reference labels")


def test_the_progress_of_an_upload_is_shown(owner: Person, folder: Path) -> None:
    page = owner.open()
    choose_files(page, write_part(folder / "large", "119", seconds=600))
    held: list[Route] = []
    with pieces(page, passed=2, then=held.append):  # the header is the first
        send(page)
        bar = page.get_by_role("progressbar", name="Upload of 119.dat")
        expect(page.locator("#chosen li", has=bar).locator(".note")).to_have_text(PART)
        assert 0 < float(bar.evaluate("(it) => it.position")) < 1
        expect(page.locator("#send")).to_be_disabled()
        for route in held:
            route.continue_()
    wait_for_viewer(page)


def test_an_upload_goes_on_after_the_tab_was_closed(owner: Person, folder: Path) -> None:
    files = write_part(folder / "resumed", "119", seconds=600)
    page = owner.open()
    choose_files(page, files)
    with pieces(page, passed=2, then=lambda route: route.abort()):
        send(page)
        row = page.locator("#chosen li", has_text="119.dat")
        expect(row.locator(".note")).to_have_text(PART)
        page.close()
    owner.errors.clear()  # a console tells of each lost connection
    page = owner.open()
    offsets: list[str] = []
    page.on("request", lambda request: offsets.append(request.headers.get("upload-offset", "")))
    choose_files(page, files)
    send(page)
    wait_for_viewer(page)
    first = next(int(offset) for offset in offsets if offset)
    assert 0 < first < files[1].stat().st_size
    found = answer(page, "/api/v1" + path_of(page))
    assert found["n_samples"] == 600 * 360

"""Analyses that take a while, and recordings that are deleted."""

import re
from pathlib import Path

import pytest
from browser import Person
from opened import Opened
from playwright.sync_api import expect
from servers import ServedApplication
from steps import answer, choose_files, path_of, send, upload, wait_for_viewer
from upload_files import write_part

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_closing_the_tab_during_an_analysis_loses_nothing(
    stranger: Person, server: ServedApplication, wfdb_files: list[Path]
) -> None:
    page = stranger.open()
    with server.without_jobs():
        choose_files(page, wfdb_files)
        send(page)
        expect(page.locator("#progress-text")).to_have_text("waiting")
        page.reload()
        expect(page.locator("#progress-text")).to_have_text("waiting")
        path = path_of(page)
        page.close()
        page = stranger.open()
        row = page.locator("#recordings li")
        expect(row).to_contain_text("Best network: waiting")
        expect(row.get_by_role("progressbar")).to_be_visible()
    expect(row).to_contain_text("analysed by Best network")
    row.get_by_role("link").click()
    wait_for_viewer(page)
    assert path_of(page) == path


def test_the_progress_of_an_analysis_is_shown(
    owner: Person, server: ServedApplication, folder: Path
) -> None:
    page = owner.open()
    choose_files(page, write_part(folder / "progress", "119", seconds=700))
    send(page)
    expect(page.locator("#progress-text")).to_contain_text(re.compile(r" · \d+ %"))
    with server.without_jobs():
        expect(page.get_by_role("progressbar")).to_be_visible()
    wait_for_viewer(page)
    expect(page.locator("#progress")).to_be_hidden()


def test_an_analysis_is_stopped_and_taken_up_again(
    owner: Person, server: ServedApplication, wfdb_files: list[Path]
) -> None:
    page = owner.open()
    with server.without_jobs():
        choose_files(page, wfdb_files)
        send(page)
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#progress-text")).to_have_text("stopped")
    page.get_by_label("Model").select_option("early")
    wait_for_viewer(page)
    expect(page.get_by_label("Model")).to_have_value("early")


def test_a_deleted_recording_is_gone(
    stranger: Person, server: ServedApplication, wfdb_files: list[Path]
) -> None:
    stranger.refused.add(404)
    page = stranger.open()
    path = upload(page, wfdb_files)
    recording = path.rpartition("/")[2]
    (analysis,) = answer(page, f"/api/v1{path}")["analyses"]
    places = [server.data / "recordings" / recording, server.data / "analyses" / analysis["id"]]
    assert all(any(place.iterdir()) for place in places)
    page.get_by_role("link", name="Recordings").click()
    page.get_by_role("button", name="Delete 208").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#recordings li")).to_have_count(1)
    page.get_by_role("button", name="Delete 208").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#empty")).to_be_visible()
    expect(page.locator("#live")).to_have_text("208 was deleted")
    assert not any(place.exists() for place in places)
    stored = b"".join(file.read_bytes() for file in server.data.glob("*.sqlite*"))
    assert recording.encode() not in stored
    page.goto(stranger.url + path)
    expect(page.locator("h1")).to_have_text("Page not found")


def test_nobody_else_sees_a_recording(stranger: Person, opened: Opened) -> None:
    stranger.refused.add(404)
    page = stranger.open()
    expect(page.locator("#empty")).to_be_visible()
    page.goto(stranger.url + opened.ventricular)
    expect(page.locator("h1")).to_have_text("Page not found")

"""One browser and one server for all tests of this folder, and recordings opened in advance."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Person, open_browser, person
from opened import Opened, Visit
from playwright.sync_api import Browser, Page, expect
from servers import ServedApplication, find_program, serve_application
from steps import SINGLE_BEATS, fact, jump, path_of, upload, wait_for_viewer
from upload_files import write_part


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = find_program("chromium")
    expect.set_options(timeout=15_000)
    with open_browser(program) as browser:
        yield browser


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedApplication]:
    find_program("chromium")
    with serve_application(tmp_path_factory.mktemp("server"), "--rate-limit", "100000") as server:
        yield server


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For files to upload."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="package")
def wfdb_files(folder: Path) -> list[Path]:
    """Half a minute of a record with V beats: header, signals, reference labels."""
    return write_part(folder / "short", "208", seconds=30)


@pytest.fixture(scope="package")
def opened(browser: Browser, server: ServedApplication, folder: Path) -> Iterator[Opened]:
    """Opened through the start page. Tests leave their labels as they are."""
    owner = person(browser, url=server.url)
    page = owner.open()
    page.get_by_role("button", name="Open Synthetic: single beats with labels").click()
    page.wait_for_url(SINGLE_BEATS)
    single_beats = path_of(page)
    page.goto(server.url)
    supraventricular = upload(page, write_part(folder / "S", "232", seconds=150))
    page.goto(server.url)
    ventricular = upload(page, write_part(folder / "V", "208", seconds=400))
    jump(page, "V")
    sample = int(fact(page, "Sample").inner_text().replace(",", ""))
    assert owner.finish() == []
    yield Opened(
        owner=owner,
        state=owner.context.storage_state(),
        ventricular=ventricular,
        sample=sample,
        supraventricular=supraventricular,
        single_beats=single_beats,
    )
    owner.close()


@pytest.fixture
def visit(browser: Browser, server: ServedApplication) -> Iterator[Visit]:
    """Makes a person with a browser of their own; in the end nothing went wrong on their pages."""
    people: list[Person] = []

    def make(**options: object) -> Person:
        people.append(person(browser, url=server.url, **options))  # type: ignore[arg-type]
        return people[-1]

    yield make
    assert [error for one in people for error in one.close()] == []


@pytest.fixture
def stranger(visit: Visit) -> Person:
    """Somebody who has no recordings yet."""
    return visit()


@pytest.fixture
def owner(opened: Opened) -> Iterator[Person]:
    """The person whose recordings were opened, with a browser that knows the pages already."""
    yield opened.owner
    assert opened.owner.finish() == []


@pytest.fixture
def viewer(owner: Person, opened: Opened) -> Page:
    """The page of the recording with V beats."""
    page = owner.open(opened.ventricular)
    wait_for_viewer(page)
    return page


@pytest.fixture
def fresh(owner: Person, wfdb_files: list[Path]) -> Page:
    """The page of a recording whose labels the test may change."""
    page = owner.open()
    upload(page, wfdb_files)
    return page

"""Takes the pictures of the web application for docs/web.md, of the real thing.

    PYTHONPATH=src:tests/support python tests/browser/pictures.py [--out docs/pictures]

It starts a server, uploads records of the MIT-BIH Arrhythmia Database (synthetic ones, if there are
none beside the checkout), and looks at them at a desk and on a phone, in English and Korean.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from browser import PHONE, Person, open_browser, person
from PIL import Image
from playwright.sync_api import Browser, Page, StorageState
from root import ROOT
from servers import find_program, serve_application
from steps import (
    drawn_share,
    fact,
    frames_of_a_pan,
    jump,
    upload,
    wait_for_viewer,
    wait_until_quiet,
)
from upload_files import write_as, write_part

SECONDS = 1800
"""Of the records; all that they have."""


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix="ecgfuse-") as folder,
        serve_application(Path(folder)) as server,
        open_browser(find_program("chromium")) as browser,
    ):
        paths, state = open_recordings(browser, url=server.url, folder=Path(folder))
        take_all(browser, url=server.url, paths=paths, state=state, out=out)
        measure(browser, address=server.url + paths["208"], state=state)


def open_recordings(
    browser: Browser, *, url: str, folder: Path
) -> tuple[dict[str, str], StorageState]:
    """Upload recordings; the pages of two of them, by name, and the session."""
    owner = person(browser, url=url)
    page = owner.open()
    short = write_part(folder / "short", "119", seconds=300)
    upload(page, [write_as(folder / "night.edf", record=short[0])])
    paths = {}
    for name in ("232", "208"):
        page.goto(url)
        paths[name] = upload(page, write_part(folder / name, name, seconds=SECONDS))
    state = owner.context.storage_state()
    close(owner)
    return paths, state


def take_all(
    browser: Browser, *, url: str, paths: dict[str, str], state: StorageState, out: Path
) -> None:
    """Visit the pages, each with a browser of its own."""

    def visit(**options: object) -> Person:
        return person(browser, url=url, state=state, **options)  # type: ignore[arg-type]

    place = f"{paths['208']}?t=1080"
    views: dict[str, tuple[Person, str, Callable[[Page], None]]] = {
        "web-start": (visit(), "/", wait_until_quiet),
        "web-viewer": (visit(), place, choose_mismatch),
        "web-viewer-korean": (visit(language="ko"), place, choose_mismatch),
        "web-phone": (visit(size=PHONE), place, choose_mismatch),
        "web-performance": (visit(), "/performance", wait_until_quiet),
        "web-summary": (visit(), f"{paths['232']}/print", wait_until_quiet),
    }
    for name, (somebody, address, prepare) in views.items():
        page = somebody.open(address)
        prepare(page)
        take(page, out / f"{name}.png")
        close(somebody)


def choose_mismatch(page: Page) -> None:
    """Choose a beat that differs from the reference, with everything drawn."""
    wait_for_viewer(page)
    jump(page, "mismatch")
    fact(page, "Reference").or_(fact(page, "기준")).wait_for()
    drawn_share(page)
    wait_until_quiet(page)
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)


def take(page: Page, path: Path) -> None:
    """Take a picture of the window, or of the whole sheet, in few colours."""
    sheet = page.locator("#sheet")
    if sheet.count():
        sheet.screenshot(path=path, animations="disabled")
    else:
        page.screenshot(path=path, animations="disabled")
    with Image.open(path) as image:
        few = image.convert("RGB").quantize(
            method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
    few.save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def measure(browser: Browser, *, address: str, state: StorageState) -> None:
    """Print how long a frame takes while the strip is panned."""
    somebody = person(browser, url=address, state=state)
    page = somebody.open("")
    wait_for_viewer(page)
    drawn_share(page)
    frames = frames_of_a_pan(page)
    most = quantiles(frames, n=20)[-1]
    print(f"a frame of a pan takes {median(frames):.1f} ms (95th percentile: {most:.1f} ms)")
    close(somebody)


def close(somebody: Person) -> None:
    """End a visit, on which nothing may have gone wrong."""
    errors = somebody.close()
    if errors:
        raise SystemExit("\n".join(errors))


if __name__ == "__main__":
    main()

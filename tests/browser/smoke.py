"""Uses the pages as a person would, and takes screenshots.

    python tests/browser/smoke.py --url http://127.0.0.1:8765 --shots FOLDER [--record FOLDER/100]

It opens a recording, by uploading the WFDB record or else the first one of the list, jumps, zooms,
corrects a beat, undoes it, and looks at every page at the size of a desk and of a phone, in English
and Korean.
"""

import argparse
import re
from pathlib import Path

from browser import DESK, PHONE, open_browser, open_context, watch
from playwright.sync_api import Browser, Page, expect

READY_MS = 90_000


def open_recording(page: Page, *, url: str, record: Path | None) -> str:
    """Upload a record, or take the first of the list; answers the address of its page."""
    page.goto(url)
    if record is None:
        page.locator("#recordings a").first.click()
    else:
        files = sorted(record.parent.glob(f"{record.name}.*"))
        page.set_input_files("#files", [str(file) for file in files])
        expect(page.locator("#chosen li")).to_have_count(len(files))
        page.locator("#send").click()
    page.wait_for_url(re.compile("/recordings/"), timeout=READY_MS)
    expect(page.locator("#workplace")).to_be_visible(timeout=READY_MS)
    expect(page.locator("#summary table").first).to_be_visible(timeout=READY_MS)
    return page.url.split("?")[0]


def use_viewer(page: Page) -> None:
    """Jump, zoom, step and correct by mouse and keys; the labels are as before at the end."""
    strip = page.locator("#strip")
    box = strip.bounding_box()
    assert box is not None
    page.locator('#jumps [data-kind="V"]').click()
    expect(page.locator("#beat")).to_be_visible()
    before = page.locator("#speed").input_value()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    page.mouse.wheel(0, -400)
    expect(page.locator("#speed")).not_to_have_value(before)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 150, box["y"] + 100, steps=5)
    page.mouse.up()
    strip.focus()
    page.keyboard.press(".")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#gain")).to_have_value("20")
    page.keyboard.press("ArrowDown")
    correct_and_undo(page)
    page.locator("#speed").select_option("25")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def correct_and_undo(page: Page) -> None:
    """Give the chosen beat another class by a key, and take it back."""
    pressed = page.locator('#palette [aria-pressed="true"]')
    before = pressed.text_content()
    page.locator("#strip").focus()
    page.keyboard.press("4" if before and not before.startswith("F") else "1")
    expect(page.locator("#history li")).to_have_count(1)
    expect(page.locator("#undo")).to_be_enabled()
    page.reload()
    expect(page.locator("#history li")).to_have_count(1)
    page.locator("#undo").click()
    expect(page.locator("#redo")).to_be_enabled()
    expect(page.locator("#undo")).to_be_disabled()


def look(browser: Browser, *, url: str, recording: str, shots: Path, state: Path) -> list[str]:
    """Take screenshots of all pages; answers what went wrong on them."""
    found = []
    pages = {
        "start": url,
        "viewer": recording,
        "print": f"{recording}/print",
        "performance": f"{url}/performance",
        "prediction": f"{url}/performance/prediction",
        "about": f"{url}/about",
    }
    for language in ("en", "ko"):
        for size_name, size in (("desk", DESK), ("phone", PHONE)):
            context = open_context(browser, size=size, language=language, state=state)
            for name, address in pages.items():
                page = context.new_page()
                errors = watch(page)
                page.goto(f"{address}?lang={language}")
                page.wait_for_load_state("networkidle")
                if name == "viewer":
                    page.locator('#jumps [data-kind="V"]').click()
                    page.wait_for_load_state("networkidle")
                page.wait_for_timeout(400)
                check_width(page, found, name=f"{name} {language} {size_name}")
                page.screenshot(path=shots / f"{name}_{language}_{size_name}.png", full_page=True)
                found += [f"{name} {language} {size_name}: {error}" for error in errors]
                page.close()
            context.close()
    return found


def check_width(page: Page, found: list[str], *, name: str) -> None:
    """The page is no wider than the window."""
    width, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if width > window:
        found.append(f"{name}: {width} px wide in a window of {window} px")


def main() -> None:
    """Run it; ends with an error if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8765")
    parser.add_argument("--shots", type=Path, required=True)
    parser.add_argument("--record", type=Path)
    arguments = parser.parse_args()
    arguments.shots.mkdir(parents=True, exist_ok=True)
    state = arguments.shots / "session.json"
    with open_browser() as browser:
        context = open_context(browser)
        page = context.new_page()
        errors = watch(page)
        recording = open_recording(page, url=arguments.url, record=arguments.record)
        use_viewer(page)
        context.storage_state(path=state)
        context.close()
        errors += look(
            browser, url=arguments.url, recording=recording, shots=arguments.shots, state=state
        )
    for error in errors:
        print(error)
    if errors:
        raise SystemExit(1)
    print(f"all pages work; screenshots are in {arguments.shots}")


if __name__ == "__main__":
    main()

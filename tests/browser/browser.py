"""Debian's Chromium, driven by Playwright."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK, PHONE = (1366, 900), (390, 844)
"""Sizes of the window in CSS pixels."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A browser without a window, with its profile in a folder of its own."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, f"--crash-dumps-dir={folder}"]
        )
        yield browser
        browser.close()


def open_context(
    browser: Browser,
    *,
    size: tuple[int, int] = DESK,
    language: str = "en",
    dark: bool = False,
    state: Path | None = None,
) -> BrowserContext:
    """A person's browser: a size, a language, and cookies of their own or those of a file."""
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale={"en": "en-GB", "ko": "ko-KR"}[language],
        color_scheme="dark" if dark else "light",
        has_touch=size == PHONE,
        is_mobile=size == PHONE,
        device_scale_factor=2 if size == PHONE else 1,
        accept_downloads=True,
        storage_state=state,
    )


def watch(page: Page) -> list[str]:
    """Errors of the page, filled as they occur: exceptions, refused content, failed requests."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"exception: {error}"))
    page.on("console", lambda m: errors.append(f"console: {m.text}") if m.type == "error" else None)
    return errors

"""Debian's Chromium, driven by Playwright: the browser of a person."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

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
LANGUAGES = {"en": "en-GB", "ko": "ko-KR"}
PATIENCE_MS = 60_000
"""How long a page may take for a step on a busy machine."""

_FAILED = re.compile(r"Failed to load resource: .* status of (\d+)")


@contextmanager
def open_browser(program: str) -> Iterator[Browser]:
    """A browser without a window, with its profile in a folder of its own.

    Args:
        program: path of Chromium.
    """
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=program, args=[*FLAGS, f"--crash-dumps-dir={folder}"]
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Person:
    """Somebody with a browser, and the errors on the pages that they opened."""

    context: BrowserContext
    url: str
    """Of the application, without a slash at the end."""
    errors: list[str] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    """Status codes of requests that are meant to fail."""
    is_warned: bool = False
    """Whether a page is meant to show a warning above everything."""

    def open(self, path: str = "/") -> Page:
        """A page of the application in a new tab."""
        page = self.tab()
        page.goto(self.url + path)
        return page

    def tab(self) -> Page:
        """An empty tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"exception: {error}"))
        page.on("console", lambda message: self._note(message.type, message.text, page.url))
        return page

    def finish(self) -> list[str]:
        """Close all tabs; return everything that went wrong since the last time."""
        for page in self.context.pages:
            said = [one.inner_text() for one in page.locator("#alerts").all()]
            if not self.is_warned:
                self.errors += [f"{page.url}: {text}" for text in said if text]
            page.close()
        errors, self.errors = self.errors, []
        self.refused, self.is_warned = set(), False
        return errors

    def close(self) -> list[str]:
        """Finish, and end the session."""
        errors = self.finish()
        self.context.close()
        return errors

    def _note(self, kind: str, text: str, address: str) -> None:
        failed = _FAILED.match(text)
        if kind == "error" and not (failed and int(failed[1]) in self.refused):
            self.errors.append(f"{address}: {text}")


def person(
    browser: Browser,
    *,
    url: str,
    size: tuple[int, int] = DESK,
    language: str = "en",
    dark: bool = False,
    state: StorageState | None = None,
) -> Person:
    """A person who is new to the application, or has the session of another one.

    Args:
        size: of the window; with that of a phone it has a touch screen.
        state: cookies and stored values, as of `context.storage_state()`.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=LANGUAGES[language],
        color_scheme="dark" if dark else "light",
        has_touch=size == PHONE,
        is_mobile=size == PHONE,
        device_scale_factor=2 if size == PHONE else 1,
        accept_downloads=True,
        storage_state=state,
    )
    context.set_default_timeout(PATIENCE_MS)
    return Person(context, url.rstrip("/"))

"""Recordings that were opened in advance, and the addresses of all pages."""

from collections.abc import Callable
from dataclasses import dataclass

from browser import Person
from playwright.sync_api import StorageState

Visit = Callable[..., Person]


@dataclass(frozen=True)
class Opened:
    """Recordings that were opened and analysed, and whose they are."""

    owner: Person
    state: StorageState
    """Session of the owner."""
    ventricular: str
    """Path of the page of one with V beats, longer than five minutes, with reference labels."""
    sample: int
    """One of its V beats."""
    supraventricular: str
    """Path of the page of one with S beats."""
    single_beats: str
    """Path of the page of a table of single beats with labels."""


PAGES = {
    "start": "/",
    "viewer": "{ventricular}",
    "print": "{ventricular}/print",
    "beat": "{ventricular}/beats/{sample}",
    "single-beats": "{single_beats}",
    "performance": "/performance",
    "waveform": "/performance/waveform",
    "prediction": "/performance/prediction",
    "about": "/about",
    "login": "/login",
    "no-such-page": "/no/such/page",
}
"""Name -> address."""


def address(name: str, *, opened: Opened) -> str:
    """Address of a page, of one of the opened recordings where it needs one."""
    return PAGES[name].format(**vars(opened))

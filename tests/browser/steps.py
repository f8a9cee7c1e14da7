"""What a person does on the pages, step by step."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from browser import PATIENCE_MS
from playwright.sync_api import FloatRect, Locator, Page, expect

VIEWER = re.compile(r"/recordings/[\w-]+")
SINGLE_BEATS = re.compile(r"/single-beats/[\w-]+")
PAN_PX = 12
"""How far a pan moves the strip in each frame."""

_PAN = """(px) => new Promise((resolve) => {
  const strip = document.getElementById("strip");
  const times = [];
  const step = (now) => {
    times.push(now);
    if (times.length > 120) return resolve(times.slice(1).map((time, i) => time - times[i]));
    strip.dispatchEvent(new WheelEvent("wheel", { deltaX: px, bubbles: true, cancelable: true }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""
_TRACE = """() => new Promise((resolve) => {
  const until = performance.now() + 20000;
  const look = () => {
    const canvas = document.getElementById("paper");
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const drawn = new Set();
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] < 150 && data[i + 2] < 150) drawn.add((i / 4) % width);
    }
    if (drawn.size > 0.9 * width || performance.now() > until) resolve(drawn.size / width);
    else requestAnimationFrame(look);
  };
  look();
})"""


def choose_files(page: Page, files: Sequence[Path]) -> None:
    """Choose files on the start page, all at once."""
    page.locator("#files").set_input_files([str(file) for file in files])
    expect(page.locator("#chosen li")).to_have_count(len(files))


def send(page: Page) -> None:
    """Send the chosen files."""
    page.locator("#send").click()


def upload(page: Page, files: Sequence[Path]) -> str:
    """Choose and send the files of a recording; return the path of its page when it is there."""
    choose_files(page, files)
    send(page)
    page.wait_for_url(VIEWER)
    wait_for_viewer(page)
    return path_of(page)


def path_of(page: Page) -> str:
    """Path of the recording whose page is shown."""
    found = VIEWER.search(page.url) or SINGLE_BEATS.search(page.url)
    assert found is not None, page.url
    return found[0]


def wait_for_viewer(page: Page) -> None:
    """Wait until the analysis is done, and the strip and the numbers are there."""
    expect(page.locator("#workplace")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#summary table").first).to_be_visible()
    expect(page.locator("#history-state")).not_to_be_empty()
    expect(page.locator("#legend .badge").first).to_be_visible()


def wait_until_quiet(page: Page) -> None:
    """Wait until nothing is being loaded, on whatever page."""
    page.wait_for_load_state("networkidle")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def box_of(place: Locator) -> FloatRect:
    """Where something is in the window."""
    box = place.bounding_box()
    assert box is not None
    return box


def middle_of(place: Locator) -> tuple[float, float]:
    """Its middle in the window."""
    box = box_of(place)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def start_s(page: Page) -> float:
    """Second at which the strip begins, as the bar of the whole recording tells."""
    return float(page.locator("#overview").get_attribute("aria-valuenow") or "nan")


def speed(page: Page) -> float:
    """Speed of the paper in mm/s, as the tool bar tells."""
    text = page.locator("#speed").evaluate("(it) => it.selectedOptions[0].textContent")
    return float(str(text).split()[0])


def fact(page: Page, name: str) -> Locator:
    """A fact of the chosen beat, such as its class."""
    return page.locator(f'#beat-facts dt:text-is("{name}") + dd')


def chosen_class(page: Page) -> str:
    """Class of the chosen beat."""
    return page.locator("#beat-facts .badge").first.inner_text()


def give_class(page: Page, name: str) -> None:
    """Give the chosen beat another class, by its letter."""
    page.locator("#palette button", has_text=re.compile(f"^{name}")).click()


def jump(page: Page, kind: str) -> None:
    """Press a button that jumps to the next place of a kind."""
    page.locator(f'#jumps [data-kind="{kind}"]').click()


def drawn_share(page: Page) -> float:
    """Share of the width of the strip with a trace; waits until nearly all of it is drawn."""
    return float(page.evaluate(_TRACE))


def frames_of_a_pan(page: Page) -> list[float]:
    """Pan the strip in every frame for two seconds or so; return the time of each frame in ms."""
    times: list[float] = page.evaluate(_PAN, PAN_PX)
    return times


def answer(page: Page, path: str) -> Any:
    """What the API answers to the person whose page it is."""
    response = page.request.get(re.sub(r"(?<=\w)/.*", "", page.url) + path)
    assert response.ok, f"{path}: {response.status}"
    return response.json()

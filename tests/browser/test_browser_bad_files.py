"""Files that are no recordings: the page says in a sentence what is wrong."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from browser import Person
from playwright.sync_api import Page, expect
from steps import choose_files, send
from upload_files import write_part, write_single_beats

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def empty(folder: Path) -> list[Path]:
    path = folder / "empty.edf"
    path.write_bytes(b"")
    return [path]


def truncated(folder: Path) -> list[Path]:
    files = write_part(folder, "208", seconds=30)
    signals = files[1].read_bytes()
    files[1].write_bytes(signals[: len(signals) // 3])
    return files[:2]


def archive(folder: Path) -> list[Path]:
    path = folder / "records.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("208.hea", "208 1 360 10\n")
    return [path]


def outside(folder: Path) -> list[Path]:
    path = folder / "sly.hea"
    path.write_text("sly 1 360 10\n../../../../etc/passwd 16 200 12 0 0 0 0 MLII\n")
    return [path]


def without_signals(folder: Path) -> list[Path]:
    return write_part(folder, "208", seconds=30)[:1]


def text(folder: Path) -> list[Path]:
    path = folder / "letter.csv"
    path.write_text("Dear colleague,\nthank you for the recording of Monday.\n" * 20)
    return [path]


def unasked_label(folder: Path) -> list[Path]:
    record = write_part(folder, "208", seconds=30)[0]
    return [write_single_beats(folder / "beats.csv", record=record, labels=True)]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (empty, r"empty\.edf is empty; choose another file"),
        (truncated, r"208\.hea: declares 10,800 samples, but .* has 3,600"),
        (archive, r"records\.zip is an archive .*; unpack it"),
        (outside, r"sly\.hea: .*was not chosen.*a header can name no others"),
        (without_signals, r"208\.hea: names the file .208\.dat., which was not chosen"),
        (text, r"letter\.csv: does not start with numbers"),
        (unasked_label, r"beats\.csv: .*188 columns.*label"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_bad_file_is_refused_in_a_sentence(
    owner: Person, tmp_path: Path, make: Callable[[Path], list[Path]], sentence: str
) -> None:
    owner.refused.add(422)
    page = owner.open()
    choose_files(page, make(tmp_path))
    send(page)
    expect_sentence(page, sentence, folder=tmp_path)
    expect(page.locator("#send")).to_be_enabled()  # for another try


def test_a_recording_without_a_heartbeat_says_so_on_its_page(
    stranger: Person, tmp_path: Path
) -> None:
    path = tmp_path / "flat.csv"
    np.savetxt(path, np.zeros((3600, 1)), header="II", comments="", fmt="%.1f")
    page = stranger.open()
    choose_files(page, [path])
    page.get_by_label("Sampling rate (Hz)").fill("360")
    send(page)
    expect(page.locator("#progress-text")).to_have_text(
        "flat.csv: no heartbeat was detected in lead II; check its signal and unit"
    )
    expect(page.locator("#facts")).to_have_text("360 Hz · II")
    page = stranger.open()
    expect_sentence(page, "no heartbeat was detected in lead II", folder=tmp_path)


def expect_sentence(page: Page, sentence: str, *, folder: Path) -> None:
    """A warning names the file and the fault, without paths of the server or names of classes."""
    warnings = page.locator(".warning").filter(has_text=re.compile(sentence))
    expect(warnings).to_have_count(1)
    said = warnings.inner_text()
    assert "Error" not in said
    assert "Traceback" not in said
    assert "/data/" not in said
    assert str(folder) not in said

"""Figures on the page take fewer bytes than their files and look the same."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from root import ROOT

from ecgfuse.report.figures import data_uri

FIGURE = ROOT / "plots/evaluation/hybrid/attention.png"


def shown(path: Path) -> bytes:
    kind, _, content = data_uri(path).partition(",")
    assert kind == "data:image/png;base64"
    return base64.b64decode(content)


def test_a_plot_takes_less_than_half_the_bytes_and_looks_the_same() -> None:
    content = shown(FIGURE)
    assert len(content) < FIGURE.stat().st_size / 2
    before, after = (
        np.asarray(Image.open(file).convert("RGB"), dtype=int)
        for file in (FIGURE, io.BytesIO(content))
    )
    assert before.shape == after.shape
    assert np.abs(before - after).mean() < 0.5  # of 255
    np.testing.assert_array_equal(after[0, 0], [255, 255, 255])


def test_a_figure_that_would_grow_is_kept_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "dot.png"
    Image.new("1", (1, 1)).save(path)
    assert shown(path) == path.read_bytes()


def test_a_damaged_figure_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(FIGURE.read_bytes()[:20])
    with pytest.raises(ValueError, match=r"broken\.png: not a PNG, or damaged"):
        data_uri(path)


def test_an_svg_is_kept_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "line.svg"
    path.write_text("<svg/>")
    assert base64.b64decode(data_uri(path).partition(",")[2]) == b"<svg/>"

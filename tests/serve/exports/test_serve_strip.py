"""A strip has its real size, shows what is there, and names the beats."""

import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from serve_cases import FS, heartbeats

from ecgfuse.serve.analysis.pyramid import FOLDER, PyramidWriter
from ecgfuse.serve.exports.picture import Curve, Grid, Words
from ecgfuse.serve.exports.png import to_png
from ecgfuse.serve.exports.strip import COLOURS, Caption, draw_strip
from ecgfuse.serve.exports.svg import to_svg

SVG = "{http://www.w3.org/2000/svg}"
CAPTION = Caption(name="Hong <Gildong> & \x07", model="best", start=datetime(2026, 1, 2, 10, 0, 0))
SECONDS = 90


@pytest.fixture(scope="module")
def pyramid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three leads; one with a gap and one far from zero."""
    signal = heartbeats(SECONDS)
    gap = np.where((np.arange(len(signal)) // FS) == 3, np.nan, signal / 2)
    leads = np.stack([signal, gap, signal + 20], axis=1).astype(np.float32)
    folder = tmp_path_factory.mktemp("strip") / FOLDER
    with PyramidWriter(folder, leads=["MLII", "V1", "V5"], fs=FS, part="x") as writer:
        writer.add(leads)
        writer.publish()
    return folder


@pytest.fixture(scope="module")
def beats() -> pd.DataFrame:
    samples = np.arange(300, SECONDS * FS - 300, 288)
    names = np.resize(["N", "V", "S", "F", "Q", "abnormal"], len(samples))
    return pd.DataFrame({"sample": samples, "time_s": samples / FS, "class": names})


def arguments(beats: pd.DataFrame, **changes: object) -> dict[str, object]:
    same = {"leads": ["MLII"], "from_s": 2.0, "to_s": 8.0, "caption": CAPTION}
    return {"beats": beats, **same, **changes}


def test_paper_speed_and_gain_are_as_written(pyramid: Path, beats: pd.DataFrame) -> None:
    picture = draw_strip(pyramid, **arguments(beats))  # type: ignore[arg-type]
    assert picture.width == pytest.approx(2 * 8 + 12 + 6 * 25)
    small, large = [thing for thing in picture.things if isinstance(thing, Grid)]
    assert (small.step, large.step) == (1, 5)
    assert small.width == 12 + 6 * 25
    pulse, curve = [thing.points for thing in picture.things if isinstance(thing, Curve)]
    assert np.ptp(pulse[:, 1]) == 10
    assert np.ptp(pulse[1:5, 0]) == 5
    assert np.ptp(curve[:, 0]) == pytest.approx(6 * 25, abs=0.1)
    part = heartbeats(SECONDS)[2 * FS : 8 * FS]
    assert np.ptp(curve[:, 1]) == pytest.approx(10 * np.ptp(part), abs=0.02)
    peak = curve[curve[:, 1].argmin(), 0]
    places = (beats["time_s"].to_numpy() - 2) * 25 + 8 + 12
    assert np.abs(places - peak).min() < 0.3


def test_each_beat_has_its_letter_and_colour(pyramid: Path, beats: pd.DataFrame) -> None:
    picture = draw_strip(pyramid, **arguments(beats))  # type: ignore[arg-type]
    letters = [t for t in picture.things if isinstance(t, Words) and t.anchor == "middle"]
    shown = beats[(beats["time_s"] >= 2) & (beats["time_s"] < 8)]
    assert [letter.text for letter in letters] == [n[0].upper() for n in shown["class"]]
    assert [letter.colour for letter in letters] == [COLOURS[n] for n in shown["class"]]


def test_gaps_are_not_bridged_and_all_leads_are_named(pyramid: Path, beats: pd.DataFrame) -> None:
    leads = ["V5", "V1", "MLII"]
    picture = draw_strip(pyramid, **arguments(beats, leads=leads))  # type: ignore[arg-type]
    texts = [thing.text for thing in picture.things if isinstance(thing, Words)]
    assert [text for text in texts if text in leads] == leads
    curves = [t for t in picture.things if isinstance(t, Curve) and len(t.points) != 6]
    assert len(curves) == 4
    assert not any(np.isnan(curve.points).any() for curve in curves)


def test_a_long_strip_has_rows_of_ten_seconds(pyramid: Path, beats: pd.DataFrame) -> None:
    picture = draw_strip(pyramid, **arguments(beats, from_s=0, to_s=25))  # type: ignore[arg-type]
    assert picture.width == 2 * 8 + 12 + 250
    curves = [t.points for t in picture.things if isinstance(t, Curve) and len(t.points) != 6]
    assert [round(np.ptp(points[:, 0])) for points in curves] == [250, 250, 125]
    times = [t.text for t in picture.things if isinstance(t, Words) and ":" in t.text]
    assert times[:3] == ["10:00:00", "10:00:10", "10:00:20"]


def test_the_svg_is_valid_and_harmless(pyramid: Path, beats: pd.DataFrame) -> None:
    content = to_svg(draw_strip(pyramid, **arguments(beats)))  # type: ignore[arg-type]
    root = ElementTree.fromstring(content)
    assert root.tag == f"{SVG}svg"
    assert root.get("width") == "178.00mm"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        "svg", "title", "rect", "path", "polyline", "text",
    }  # fmt: skip
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert "Hong <Gildong> &  " in texts
    assert "For research use only; not a medical device." in texts
    assert not re.search(rb"script|href|onload|style=", content)


def test_the_png_is_the_same_picture(pyramid: Path, beats: pd.DataFrame) -> None:
    picture = draw_strip(pyramid, **arguments(beats, leads=["MLII", "V5"]))  # type: ignore[arg-type]
    image = Image.open(BytesIO(to_png(picture)))
    assert image.format == "PNG"
    assert image.size[0] == pytest.approx(178 * 6, abs=1)
    assert image.info["dpi"][0] == pytest.approx(152.4, abs=0.1)
    pixels = np.asarray(image.convert("L"))
    assert pixels.min() < 60
    assert np.median(pixels) > 200


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"leads": []}, "no lead is named"),
        ({"leads": ["V9"]}, "there is no lead 'V9'"),
        ({"from_s": 8.0}, "is empty, or outside of the recording"),
        ({"from_s": 100.0, "to_s": 110.0}, "is empty, or outside"),
        ({"from_s": float("nan")}, "is empty, or outside"),
        ({"from_s": 0.0, "to_s": 61.0}, "has 61.0 s, but a strip may have 60 s"),
        ({"from_s": 0.0, "to_s": 60.0, "leads": ["MLII"] * 5}, "do not fit on a page"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_cure(
    pyramid: Path, beats: pd.DataFrame, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        draw_strip(pyramid, **arguments(beats, **changes))  # type: ignore[arg-type]

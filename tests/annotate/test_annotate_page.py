"""The page shows the results, is self-contained, and is safe for any file name."""

from collections.abc import Sequence
from datetime import datetime
from html.parser import HTMLParser

import numpy as np
import pytest
from annotated_signals import FS, PEAKS, heartbeats

import ecgfuse
from ecgfuse.annotate.annotation import Annotation
from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.clock import Clock, format_duration
from ecgfuse.annotate.lead import assemble_lead
from ecgfuse.annotate.page import choose_examples, render_page
from ecgfuse.annotate.statistics import known_intervals, summarise_beats
from ecgfuse.annotate.summary import RecordingSummary
from ecgfuse.plots.strips import Strip, draw_strip, draw_tachogram, thin


class Tags(HTMLParser):
    """Checks that tags are closed in order, and collects links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return ecgfuse.load()


def annotation_of(annotator: Annotator, signal: np.ndarray) -> Annotation:
    lead = assemble_lead([signal.astype(np.float32)], file_fs=FS, fs=FS)
    return annotator.classify(annotator.prepare(lead, r_peaks=PEAKS))


def page_of(
    annotation: Annotation,
    *,
    name: str = "r1",
    start: datetime | None = None,
    warnings: Sequence[str] = (),
    duration_s: float = 60,
) -> str:
    summary: RecordingSummary = {
        "recording": name,
        "path": f"{name}.hea",
        "lead": "<II>",
        "fs": FS,
        "model": "best",
        "model_sha256": "",
        "beats_from": "detect",
        "version": "0.1.0",
        "start": None if start is None else start.isoformat(),
        "warnings": list(warnings),
        "without_signal_s": annotation.bad.seconds(fs=annotation.fs),
        **summarise_beats(annotation.beats, duration_s=duration_s),
    }
    return render_page(annotation, summary=summary, start=start)


def test_the_page_is_well_formed_and_self_contained(annotator: Annotator) -> None:
    tags = Tags()
    tags.feed(page_of(annotation_of(annotator, heartbeats())))
    assert tags.open == []
    assert tags.links == []


def test_names_are_escaped(annotator: Annotator) -> None:
    page = page_of(annotation_of(annotator, heartbeats()), name="<script>홍 길동")
    assert "&lt;script&gt;홍 길동" in page
    assert "&lt;II&gt;" in page
    assert "<script" not in page


def test_times_are_times_of_day_if_known(annotator: Annotator) -> None:
    annotation = annotation_of(annotator, heartbeats())
    assert "23:59:" not in page_of(annotation)
    page = page_of(annotation, start=datetime(2024, 2, 29, 23, 59, 30))
    assert "start 2024-02-29 23:59:30" in page
    assert "from 02-29 23:59:" in page
    assert ">03-01 00:00:" in page  # a tick of the tachogram, after midnight


def test_unclassified_beats_and_unusable_signal_are_shown_with_their_reasons(
    annotator: Annotator,
) -> None:
    signal = heartbeats()
    signal[9000:12_600] = 0.0
    page = page_of(annotation_of(annotator, signal))
    assert "Time without a usable signal: flat 0:00:10" in page
    assert "gap after 1, gap before 1" in page
    assert "0</b>pauses" in page  # an interval without a signal is no pause


def test_warnings_are_shown_at_the_top(annotator: Annotator) -> None:
    page = page_of(annotation_of(annotator, heartbeats()), warnings=["check the <unit>"])
    assert page.index("Warning: check the &lt;unit&gt;.") < page.index("RR intervals")


def test_pauses_have_their_time_and_length(annotator: Annotator) -> None:
    annotation = annotation_of(annotator, heartbeats())
    without = page_of(annotation)
    annotation.beats.loc[40:, "time_s"] += 3
    page = page_of(annotation, duration_s=63)
    assert "1</b>pauses" in page
    assert "<td>3.80</td>" in page
    assert page.count("<figure>") == without.count("<figure>") + 1  # the strip of the pause


def test_a_recording_longer_than_an_hour_has_an_hourly_summary(annotator: Annotator) -> None:
    annotation = annotation_of(annotator, heartbeats())
    assert "<h2>Hourly summary</h2>" not in page_of(annotation)
    page = page_of(annotation, duration_s=7300, start=datetime(2024, 2, 28, 1, 30))
    assert page.count("<tr><th>0") == 3
    assert "<tr><th>02:30:00</th>" in page


def test_examples_have_the_highest_median_and_lowest_probability(annotator: Annotator) -> None:
    beats = annotation_of(annotator, heartbeats(noise_mv=0.05)).beats
    rows = [row for _, row in choose_examples(beats, name="N")]
    probability = beats["p_N"].iloc[rows]
    assert probability.iloc[0] == beats.loc[beats["class"] == "N", "p_N"].max()
    assert probability.iloc[-1] == beats.loc[beats["class"] == "N", "p_N"].min()
    assert probability.is_monotonic_decreasing
    assert choose_examples(beats, name="V") == []
    assert [title for title, _ in choose_examples(beats, name="Q")] == ["edge"]


def strip_of(annotation: Annotation, *, index: int) -> Strip:
    times = annotation.beats["time_s"].to_numpy()
    return draw_strip(
        annotation.filtered,
        fs=FS,
        beats=annotation.beats,
        middle_s=times[index],
        chosen=index,
    )


def test_a_strip_shows_its_beat_and_the_beats_around_it(annotator: Annotator) -> None:
    annotation = annotation_of(annotator, heartbeats())
    strip = strip_of(annotation, index=30)
    assert len(strip.letters) in (7, 8)  # six seconds, beats 0.8 s apart
    (chosen,) = [letter for letter in strip.letters if letter.chosen]
    assert chosen.x == pytest.approx(300, abs=1)
    assert len(strip.seconds) in (6, 7)


@pytest.mark.parametrize("index", [0, -1])
def test_a_strip_at_an_end_stays_within_the_recording(annotator: Annotator, index: int) -> None:
    annotation = annotation_of(annotator, heartbeats())
    index %= len(annotation.beats)
    strip = strip_of(annotation, index=index)
    assert 0 <= strip.start_s <= 54
    assert sum(letter.chosen for letter in strip.letters) == 1


def test_the_tachogram_marks_ectopic_beats_where_they_are(annotator: Annotator) -> None:
    beats = annotation_of(annotator, heartbeats()).beats
    beats["class"] = ["V" if i == 40 else "N" for i in range(len(beats))]
    drawn = draw_tachogram(beats, rr=known_intervals(beats), duration_s=60, classes=("S", "V", "F"))
    assert len(drawn.curves) == 1
    assert drawn.dots["S"] == drawn.dots["F"] == []
    ((x, y),) = drawn.dots["V"]
    assert x == pytest.approx(beats["time_s"].iloc[40] / 60 * 1000, abs=2)
    assert y == pytest.approx(220 * (1 - 0.8 / 2.5), abs=2)


def test_thinning_keeps_the_peaks() -> None:
    x = np.arange(100_000, dtype=float)
    y = np.zeros(100_000)
    y[[777, 50_000]] = 5, -7
    thin_x, thin_y = thin(x, y, n_columns=100)
    assert len(thin_x) == 200
    assert (np.diff(thin_x) >= 0).all()
    assert {5.0, -7.0} <= set(thin_y)


def test_the_tachogram_is_interrupted_at_unknown_intervals(annotator: Annotator) -> None:
    beats = annotation_of(annotator, heartbeats()).beats
    rr = known_intervals(beats)
    rr[[20, 50, 51]] = np.nan
    beats["class"] = ["V" if i == 21 else "N" for i in range(len(beats))]
    drawn = draw_tachogram(beats, rr=rr, duration_s=60, classes=("S", "V", "F"))
    assert [len(curve.split()) for curve in drawn.curves] == [20, 29, len(rr) - 52]
    assert drawn.dots["V"] == []


def test_durations_are_formatted_in_hours_minutes_and_seconds() -> None:
    found = [format_duration(s) for s in (0, 61.9, 86_399)]
    assert found == ["0:00:00", "0:01:01", "23:59:59"]


def test_times_include_the_date_if_the_recording_passes_midnight() -> None:
    start = datetime(2024, 2, 29, 22)
    assert Clock(start, duration_s=7199)(60) == "22:01:00"
    assert Clock(start, duration_s=7200)(60) == "02-29 22:01:00"
    assert Clock(None, duration_s=1e6)(90_000) == "25:00:00"
    assert Clock(datetime(9999, 12, 31, 23, 59), duration_s=61)(60) == "0:01:00"

"""What makes a whole result doubtful is told, with the usual cause; clean recordings have none."""

import numpy as np
import pytest
from annotated_signals import FS, PEAKS, heartbeats

import ecgfuse
from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.lead import assemble_lead
from ecgfuse.annotate.plausibility import find_doubts, likeness
from ecgfuse.annotate.statistics import summarise_beats


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return ecgfuse.load()


def doubts_of(annotator: Annotator, signal: np.ndarray, *, fs: float = FS) -> list[str]:
    lead = assemble_lead([signal.astype(np.float32)], file_fs=fs, fs=FS)
    annotation = annotator.classify(annotator.prepare(lead, r_peaks=PEAKS))
    summary = summarise_beats(annotation.beats, duration_s=len(signal) / fs)
    return find_doubts(annotation, summary=summary)


def test_a_clean_recording_has_no_doubt(annotator: Annotator) -> None:
    assert doubts_of(annotator, heartbeats()) == []


@pytest.mark.parametrize("factor", [0.05, 50])
def test_a_height_that_no_heart_has_makes_the_unit_doubtful(
    annotator: Annotator, factor: float
) -> None:
    (doubt,) = doubts_of(annotator, factor * heartbeats())
    assert "is the unit right (--units" in doubt


def test_a_lead_that_fell_off_is_told_by_its_beats_and_its_seconds(annotator: Annotator) -> None:
    signal = heartbeats()
    signal[: 40 * 360] = np.nan
    beats, seconds = doubts_of(annotator, signal)
    assert "beats cannot be judged" in beats
    assert "40 of 60 s are without a signal" in seconds


def noise(*, brown: bool) -> np.ndarray:
    white = np.random.default_rng(0).normal(size=300 * 360)
    return 0.02 * np.cumsum(white) if brown else 0.3 * white


@pytest.mark.parametrize("brown", [False, True])
def test_beats_found_in_noise_do_not_resemble_each_other(annotator: Annotator, brown: bool) -> None:
    lead = assemble_lead([noise(brown=brown).astype(np.float32)], file_fs=FS, fs=FS)
    annotation = annotator.classify(annotator.prepare(lead))
    summary = summarise_beats(annotation.beats, duration_s=300)
    assert summary["counts"]["N"] > 100
    assert any("do not resemble" in doubt for doubt in find_doubts(annotation, summary=summary))


def test_beats_of_two_kinds_are_like_those_of_their_kind() -> None:
    shapes = np.random.default_rng(0).normal(size=(2, 72))
    complexes = shapes[np.arange(40) % 2] * np.linspace(0.5, 2, 40)[:, None]
    assert likeness(complexes) == pytest.approx(1)
    assert likeness(np.random.default_rng(0).normal(size=(40, 72))) < 0.5
    assert likeness(complexes[:20]) == 1  # too few to tell


def test_a_rate_that_no_heart_has_makes_the_sampling_rate_doubtful(annotator: Annotator) -> None:
    (doubt,) = [d for d in doubts_of(annotator, heartbeats(), fs=1200) if "--fs" in d]
    assert "the heart beats 250 times a minute" in doubt

"""Implausible results are reported with the usual cause; clean recordings pass all checks."""

import numpy as np
import pytest
from annotated_signals import FS, PEAKS, heartbeats

import ecgfuse
from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.lead import assemble_lead
from ecgfuse.annotate.plausibility import plausibility_warnings, similarity
from ecgfuse.annotate.statistics import summarise_beats


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return ecgfuse.load()


def warnings_of(annotator: Annotator, signal: np.ndarray, *, fs: float = FS) -> list[str]:
    lead = assemble_lead([signal.astype(np.float32)], file_fs=fs, fs=FS)
    annotation = annotator.classify(annotator.prepare(lead, r_peaks=PEAKS))
    summary = summarise_beats(annotation.beats, duration_s=len(signal) / fs)
    return plausibility_warnings(annotation, summary=summary)


def test_a_clean_recording_passes_all_checks(annotator: Annotator) -> None:
    assert warnings_of(annotator, heartbeats()) == []


@pytest.mark.parametrize("factor", [0.05, 50])
def test_an_implausible_qrs_amplitude_questions_the_unit(
    annotator: Annotator, factor: float
) -> None:
    (warning,) = warnings_of(annotator, factor * heartbeats())
    assert "QRS amplitude is" in warning
    assert "check the unit (--units" in warning


def test_lead_off_is_reported_by_beats_and_by_seconds(annotator: Annotator) -> None:
    signal = heartbeats()
    signal[: 40 * 360] = np.nan
    beats, seconds = warnings_of(annotator, signal)
    assert "beats cannot be classified" in beats
    assert "40 of 60 s have no signal" in seconds


def noise(*, brown: bool) -> np.ndarray:
    white = np.random.default_rng(0).normal(size=300 * 360)
    return 0.02 * np.cumsum(white) if brown else 0.3 * white


@pytest.mark.parametrize("brown", [False, True])
def test_detections_in_noise_do_not_resemble_each_other(annotator: Annotator, brown: bool) -> None:
    lead = assemble_lead([noise(brown=brown).astype(np.float32)], file_fs=FS, fs=FS)
    annotation = annotator.classify(annotator.prepare(lead))
    summary = summarise_beats(annotation.beats, duration_s=300)
    assert summary["counts"]["N"] > 100
    assert any(
        "do not resemble" in warning
        for warning in plausibility_warnings(annotation, summary=summary)
    )


def test_beats_of_two_morphologies_resemble_those_of_their_own() -> None:
    shapes = np.random.default_rng(0).normal(size=(2, 72))
    complexes = shapes[np.arange(40) % 2] * np.linspace(0.5, 2, 40)[:, None]
    assert similarity(complexes) == pytest.approx(1)
    assert similarity(np.random.default_rng(0).normal(size=(40, 72))) < 0.5
    assert similarity(complexes[:20]) == 1  # too few


def test_an_implausible_heart_rate_questions_the_sampling_rate(annotator: Annotator) -> None:
    (warning,) = [d for d in warnings_of(annotator, heartbeats(), fs=1200) if "--fs" in d]
    assert "mean heart rate is 250 bpm" in warning

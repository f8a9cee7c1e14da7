"""Classes of leads given as arrays; they equal those of the pipeline for the same record."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from annotated_signals import DATABASE, FS, MODELS, PEAKS, heartbeats

import ecgfuse
from ecgfuse.annotate import lead as lead_module
from ecgfuse.datasets.inputs import join_inputs
from ecgfuse.evaluate.predictions import predict_seeds
from ecgfuse.export.deployable import load_deployable
from ecgfuse.preprocess import filters, morphology, segments
from ecgfuse.preprocess.beats import cut_beats, read_leads
from ecgfuse.rr.extract import split_rr

PROBABILITIES = ["p_N", "p_S", "p_V", "p_F"]
load = cache(ecgfuse.load)
NAMES = ["best", "causal", "early", "hybrid", "late"]


def annotate(signal: np.ndarray, *, model: str = "best", r_peaks: object = PEAKS) -> pd.DataFrame:
    return load(model).annotate(signal, FS, r_peaks)  # type: ignore[arg-type]


def test_every_beat_has_a_row_and_all_but_the_first_and_the_last_are_classified() -> None:
    table = annotate(heartbeats())
    assert list(table) == ["sample", "time_s", "class", *PROBABILITIES, "flag"]
    assert table["sample"].tolist() == PEAKS.tolist()
    np.testing.assert_allclose(table["time_s"], PEAKS / FS)
    assert table["flag"].tolist() == ["edge", *[""] * (len(PEAKS) - 2), "edge"]
    assert table["class"].tolist() == ["Q", *["N"] * (len(PEAKS) - 2), "Q"]
    judged = table[PROBABILITIES].to_numpy()[1:-1]
    np.testing.assert_allclose(judged.sum(axis=1), 1, rtol=1e-5)
    assert table[PROBABILITIES].iloc[[0, -1]].isna().all(axis=None)


@pytest.mark.parametrize("model", NAMES)
def test_every_committed_model_annotates(model: str) -> None:
    assert (annotate(heartbeats(), model=model)["class"].iloc[1:-1] == "N").mean() > 0.9


@pytest.mark.parametrize("fs", [100.0, 128.0, 257.0, 500.0, 2000.0])
def test_beats_are_detected_at_any_sampling_rate(fs: float) -> None:
    signal = np.interp(np.arange(0, 60, 1 / fs), np.arange(60 * 360) / FS, heartbeats())
    table = load("best").annotate(signal, fs)
    assert len(table) == len(PEAKS)
    np.testing.assert_allclose(table["time_s"], PEAKS / FS, atol=0.03)
    np.testing.assert_allclose(table["time_s"], table["sample"] / fs)


@pytest.mark.parametrize("share", [0.001, 0.01])
def test_single_missing_samples_cost_no_beat(share: float) -> None:
    signal = heartbeats()
    signal[np.random.default_rng(0).random(len(signal)) < share] = np.nan
    table = load("best").annotate(signal, FS)
    assert len(table) == len(PEAKS)
    assert np.abs(table["sample"].to_numpy() - PEAKS).max() <= 8
    assert (table["flag"].iloc[1:-1] == "").all()


def test_beats_next_to_gaps_are_detected_once() -> None:
    signal = heartbeats()
    for peak in PEAKS[5::10]:
        signal[peak : peak + 30] = np.nan
    table = load("best").annotate(signal, FS)
    assert table["time_s"].diff().min() > 0.1


def test_an_implausible_result_is_a_warning() -> None:
    with pytest.warns(UserWarning, match=r"QRS amplitude is 50\.9 mV.*check the unit"):
        annotate(50 * heartbeats())


def test_a_sampling_rate_that_is_not_a_number_is_refused() -> None:
    for fs in ("360", None, np.array([360.0])):
        with pytest.raises(ValueError, match=r"must be a number in Hz, such as 360\.0"):
            load("best").annotate(heartbeats(), fs)  # type: ignore[arg-type]


def test_masked_values_are_missing() -> None:
    masked = np.ma.masked_array(heartbeats(), mask=np.zeros(60 * 360, dtype=bool))
    masked[7200:9000] = np.ma.masked
    plain = heartbeats()
    plain[7200:9000] = np.nan
    pd.testing.assert_frame_equal(annotate(masked), annotate(plain))


def test_a_beat_in_a_gap_and_its_neighbours_are_unclassified_and_others_are_not() -> None:
    signal = heartbeats()
    signal[PEAKS[20] - 20 : PEAKS[20] + 30] = np.nan
    table = annotate(signal)
    assert table["flag"].iloc[18:23].tolist() == [
        "",
        "gap after",
        "no signal",
        "gap before",
        "",
    ]
    assert set(table["class"].iloc[[*range(1, 19), *range(22, 70)]]) == {"N"}


@pytest.mark.filterwarnings("ignore:.*(have no signal|cannot be classified)")
def test_no_beat_is_premature_after_an_hour_without_signal() -> None:
    part = heartbeats()
    signal = np.concatenate([part, np.full(3600 * 360, np.nan), part])
    peaks = np.concatenate([PEAKS, PEAKS + len(part) + 3600 * 360])
    table = annotate(signal, r_peaks=peaks)
    after = table.iloc[len(PEAKS) : len(PEAKS) + 20]
    assert after["flag"].tolist() == ["gap before", *[""] * 19]
    assert set(after["class"].iloc[1:]) == {"N"}


@pytest.mark.filterwarnings("ignore:.*(have no signal|cannot be classified)")
def test_a_gap_before_the_last_beat_does_not_affect_the_beat_before() -> None:
    """With the causal model, which does not need the next beat."""
    signal = np.concatenate([heartbeats(), np.full(600 * 360, np.nan), heartbeats()[:2000]])
    peaks = np.append(PEAKS, len(heartbeats()) + 600 * 360 + PEAKS[0])
    table = load("causal").annotate(signal, FS, peaks)
    assert table["flag"].iloc[-2:].tolist() == ["", "gap before"]
    assert table["class"].iloc[-2] == "N"


@pytest.mark.filterwarnings("ignore:.*(have no signal|cannot be classified)")
@pytest.mark.parametrize("fill", [np.nan, 0.3])
@pytest.mark.parametrize("seconds", [100, 200, 1000])
def test_lead_off_has_no_beats_and_does_not_affect_detection_elsewhere(
    fill: float, seconds: int
) -> None:
    off = np.full(seconds * 360, fill)
    table = load("best").annotate(np.concatenate([heartbeats(), off, heartbeats()]), FS)
    later = len(heartbeats()) + len(off)
    expected = np.concatenate([PEAKS, PEAKS + later])
    assert len(table) == len(expected)
    assert np.abs(table["sample"].to_numpy() - expected).max() <= 8
    judged = table[table["flag"] == ""]
    assert set(judged["class"]) == {"N"}
    assert len(judged) >= len(expected) - 4


def test_a_pause_is_no_gap() -> None:
    keep = np.delete(np.arange(len(PEAKS)), [20, 21, 22])
    signal = heartbeats()
    signal[PEAKS[20] - 60 : PEAKS[22] + 160] = 0.01 * np.random.default_rng(1).normal(size=796)
    table = annotate(signal, r_peaks=PEAKS[keep])
    assert (table["flag"].iloc[1:-1] == "").all()


def test_the_result_does_not_depend_on_workers_and_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    signal = heartbeats(noise_mv=0.03)
    whole = annotate(signal)
    pd.testing.assert_frame_equal(ecgfuse.load(workers=3).annotate(signal, FS, PEAKS), whole)
    for module, size in ((lead_module, 999), (filters, 5000), (morphology, 7), (segments, 11)):
        monkeypatch.setattr(module, "_BLOCK", size)
    pd.testing.assert_frame_equal(annotate(signal), whole, rtol=1e-3, atol=1e-4)


@pytest.mark.filterwarnings("ignore:.*(have no signal|cannot be classified)")
@pytest.mark.parametrize("peaks", [[], [4000], [4000, 4288]])
def test_fewer_than_three_beats_cannot_be_classified(peaks: list[int]) -> None:
    table = annotate(heartbeats(), r_peaks=peaks)
    assert table["class"].tolist() == ["Q"] * len(peaks)


@pytest.mark.parametrize(
    ("signal", "fs", "r_peaks", "message"),
    [
        (np.zeros((9, 3)), 360, None, r"shape \(9, 3\), but must be one lead"),
        (heartbeats(), 50, None, "sampling rate is 50 Hz, but must lie between 100 and 2,000"),
        (heartbeats(), float("nan"), None, "sampling rate is nan"),
        (np.full(9000, np.nan), 360, None, "the lead has no values"),
        (np.zeros(0), 360, None, "the lead has no values"),
        (heartbeats(), 360, [300, 200], "not ascending, or contain duplicates, near 300"),
        (heartbeats(), 360, np.array([500, 100, 900], np.uint32), "not ascending"),
        (heartbeats(), 360, [300, 99_999], "contains 99999, but the signal has 21600 samples"),
        (heartbeats(), 360, [-5, 300], "contains -5"),
        (heartbeats(), 360, [0.5, 1.5], "type float64, but must be sample numbers"),
    ],
)
def test_invalid_arguments_are_refused_with_a_cure(
    signal: np.ndarray, fs: float, r_peaks: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        load("best").annotate(signal, fs, r_peaks)  # type: ignore[arg-type]


def test_the_error_of_an_unknown_model_lists_the_available_ones() -> None:
    with pytest.raises(ValueError, match=r"no model .hybird.; available: best, .*early"):
        ecgfuse.load("hybird")


@pytest.mark.slow
@pytest.mark.skipif(not DATABASE.is_dir(), reason="the real database is not next to the checkout")
@pytest.mark.parametrize("name", ["213", "119"])
@pytest.mark.parametrize("model", ["hybrid", "causal"])
def test_classes_of_a_real_record_at_reference_beats_equal_those_of_the_pipeline(
    name: str, model: str
) -> None:
    deployable = load_deployable(MODELS / f"{model}.safetensors")
    (lead,) = read_leads(DATABASE / name, config=deployable.preprocess)
    beats = cut_beats(lead, config=deployable.preprocess, labelled=False)
    rr = split_rr(beats.annotated, config=deployable.rr)
    data = join_inputs(beats, rr=rr, fusion="hybrid")
    expected = predict_seeds([deployable.stored], data=data, name=None, workers=2).ensemble
    table = load(model).annotate(lead.signal, FS, lead.beats.r_peaks)
    judged = (table["flag"] == "").to_numpy()
    assert judged.mean() > 0.99
    found, of_judged = table[PROBABILITIES].to_numpy()[judged], expected[judged[1:-1]]
    assert (found.argmax(axis=1) == of_judged.argmax(axis=1)).all()
    np.testing.assert_allclose(found, of_judged, atol=1e-4)


@pytest.mark.slow
@pytest.mark.skipif(not DATABASE.is_dir(), reason="the real database is not next to the checkout")
def test_later_samples_do_not_change_the_classes_of_the_causal_model() -> None:
    deployable = load_deployable(MODELS / "causal.safetensors")
    (lead,) = read_leads(DATABASE / "208", config=deployable.preprocess)
    peaks = lead.beats.r_peaks[lead.beats.r_peaks < 200_000]
    first = load("causal").annotate(lead.signal[:210_000], FS, peaks)
    whole = load("causal").annotate(lead.signal, FS, lead.beats.r_peaks)
    early = whole.iloc[: len(first) - 2]
    assert early["class"].tolist() == first["class"].iloc[:-2].tolist()
    np.testing.assert_allclose(
        early[PROBABILITIES], first[PROBABILITIES].iloc[:-2], atol=1e-4, equal_nan=True
    )

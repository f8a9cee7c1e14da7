"""Records become beat sets: the right beats, the right rows, the right split."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from recording_files import wave
from wfdb_records import GAIN, write_record

from ecgfuse.datasets.beats import BeatSet, load_beats
from ecgfuse.datasets.splits import SPLITS, SplitConfig
from ecgfuse.preprocess.beats import cut_beats, join_beats, preprocess, read_leads
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.preprocess.reference import deviation, not_early
from ecgfuse.recordings.beats import make_beats
from ecgfuse.recordings.labelled_record import Record, read_record

ROWS = (
    "interval",
    "interval_reference",
    "interval_difference",
    "window",
    "window_reference",
    "window_difference",
)
SYMBOLS = "NNQAVNFN"
"""The first and the last lack a neighbour, and Q belongs to no class."""


def record(symbols: str = SYMBOLS, *, seed: int = 0, spacing: int = 288) -> Record:
    """Pulses of different height, 0.8 s apart at 360 Hz."""
    rng = np.random.default_rng(seed)
    peaks = spacing * np.arange(1, len(symbols) + 1)
    n_samples = spacing * (len(symbols) + 1)
    signal = 0.02 * rng.normal(size=n_samples)
    for peak in peaks:
        distance = (np.arange(n_samples) - peak) / 6
        signal += rng.uniform(0.8, 1.2) * np.exp(-0.5 * distance**2)
    beats = make_beats(peaks, np.array(list(symbols)), n_samples=n_samples, name="r1")
    return Record(name="r1", lead="MLII", fs=360.0, signal=signal.astype(np.float32), beats=beats)


@pytest.fixture
def all_rows(preprocess_config: PreprocessConfig) -> PreprocessConfig:
    return replace(preprocess_config, rows=ROWS)


def test_only_beats_of_the_four_classes_with_both_neighbours_are_used(
    preprocess_config: PreprocessConfig,
) -> None:
    beats = cut_beats(record(), config=preprocess_config)
    assert "".join(beats.table["symbol"]) == "NAVNF"
    assert beats.labels.tolist() == [0, 1, 2, 0, 3]
    assert beats.ecg.shape == (5, 3, 64)
    assert beats.ecg.dtype == np.float32


def test_all_beats_stay_in_the_table_for_the_intervals(preprocess_config: PreprocessConfig) -> None:
    annotated = cut_beats(record(), config=preprocess_config).annotated
    assert "".join(annotated["symbol"]) == SYMBOLS
    assert annotated["used"].tolist() == [0, 1, 0, 1, 1, 1, 1, 0]
    assert annotated["label"].tolist() == [0, 0, -1, 1, 2, 0, 3, 0]
    assert annotated["sample"].tolist() == [288 * i for i in range(1, 9)]
    np.testing.assert_allclose(annotated["time_s"], 0.8 * np.arange(1, 9))
    assert set(annotated["record"]) == {"r1"}


def test_for_prediction_beats_of_no_class_are_used_too(all_rows: PreprocessConfig) -> None:
    beats = cut_beats(record(), config=all_rows, labelled=False)
    assert "".join(beats.table["symbol"]) == SYMBOLS[1:-1]
    labelled = cut_beats(record(), config=all_rows)
    np.testing.assert_array_equal(beats.ecg[[0, 2, 3, 4, 5]], labelled.ecg)


def test_waveforms_do_not_depend_on_the_labels(all_rows: PreprocessConfig) -> None:
    other = cut_beats(record("NVVVVVVV"), config=all_rows, labelled=False)
    same = cut_beats(record(), config=all_rows, labelled=False)
    np.testing.assert_array_equal(other.ecg, same.ecg)


@pytest.mark.parametrize("reference", ["record", "causal"])
def test_a_difference_is_the_beat_minus_its_reference(
    all_rows: PreprocessConfig, reference: str
) -> None:
    config = replace(all_rows, reference=reference, reference_beats=3)  # type: ignore[arg-type]
    views = dict(zip(ROWS, np.moveaxis(cut_beats(record(), config=config).ecg, 1, 0), strict=True))
    for segment in ("interval", "window"):
        np.testing.assert_allclose(
            views[f"{segment}_difference"],
            views[segment] - views[f"{segment}_reference"],
            atol=1e-6,
        )
        assert np.abs(views[f"{segment}_difference"]).max() > 0.01


def test_the_reference_is_the_median_over_all_beats_used_or_not(all_rows: PreprocessConfig) -> None:
    everything = cut_beats(record(), config=all_rows, labelled=False).ecg
    used = cut_beats(record(), config=all_rows).ecg
    median = np.median(everything[:, ROWS.index("window")], axis=0)
    np.testing.assert_allclose(used[:, ROWS.index("window_reference")], np.tile(median, (5, 1)))


def test_early_beats_are_excluded_from_the_reference_if_configured(
    all_rows: PreprocessConfig,
) -> None:
    steady = record()
    peaks = steady.beats.r_peaks.copy()
    peaks[[3, 5]] -= 90  # a quarter of a second early
    uneven = replace(steady, beats=replace(steady.beats, r_peaks=peaks))
    config = replace(all_rows, reference_from="not_early")
    beats = cut_beats(uneven, config=config, labelled=False)
    usable = not_early(beats.annotated["time_s"].to_numpy())
    assert usable.tolist() == [True, True, False, True, False, True]
    median = np.median(beats.ecg[usable, ROWS.index("window")], axis=0)
    np.testing.assert_allclose(
        beats.ecg[:, ROWS.index("window_reference")], np.tile(median, (len(usable), 1))
    )


def test_deviations_are_taken_over_all_beats_used_or_not(
    preprocess_config: PreprocessConfig,
) -> None:
    config = replace(preprocess_config, rows=("window_difference", "window_deviation"))
    everything = cut_beats(record(), config=config, labelled=False).ecg
    expected = deviation(
        everything[:, 0], usable=np.ones(6, dtype=bool), reference="record", n_beats=1
    )
    np.testing.assert_array_equal(everything[:, 1], expected)
    used = cut_beats(record(), config=config).ecg
    np.testing.assert_array_equal(used, everything[[0, 2, 3, 4, 5]])


def test_morphology_is_computed_only_if_configured(preprocess_config: PreprocessConfig) -> None:
    assert cut_beats(record(), config=preprocess_config).morphology.shape == (5, 0)
    config = replace(preprocess_config, comparisons=True)
    morphology = cut_beats(record(), config=config).morphology
    assert morphology.shape == (5, 6)
    assert morphology.dtype == np.float32


def test_morphology_is_relative_to_all_beats_and_does_not_depend_on_labels(
    preprocess_config: PreprocessConfig,
) -> None:
    config = replace(preprocess_config, comparisons=True)
    everything = cut_beats(record(), config=config, labelled=False).morphology
    np.testing.assert_allclose(np.median(everything, axis=0), 0, atol=1e-6)
    assert np.abs(everything).max() > 0.1
    other = cut_beats(record("NVVVVVVV"), config=config, labelled=False).morphology
    np.testing.assert_array_equal(other, everything)
    used = cut_beats(record(), config=config).morphology
    np.testing.assert_array_equal(used, everything[[0, 2, 3, 4, 5]])


def test_rows_are_in_the_order_of_the_parameter(all_rows: PreprocessConfig) -> None:
    whole = cut_beats(record(), config=all_rows).ecg
    for rows in (("window",), ("window_difference", "interval"), tuple(reversed(ROWS))):
        ecg = cut_beats(record(), config=replace(all_rows, rows=rows)).ecg
        np.testing.assert_array_equal(ecg, whole[:, [ROWS.index(row) for row in rows]])


def test_the_r_peak_is_at_its_place_in_the_segment(all_rows: PreprocessConfig) -> None:
    config = replace(all_rows, rows=("interval", "window"), length=128, window_s=(0.3, 0.4))
    ecg = cut_beats(record(), config=config).ecg
    # The interval has 0.8 - 0.14 s before the R peak and 0.28 s after it, the window 0.3 and 0.4.
    assert set(ecg[:, 0].argmax(axis=1)) <= {int(128 * 0.66 / 0.94) + i for i in (-1, 0, 1)}
    assert set(ecg[:, 1].argmax(axis=1)) <= {int(128 * 0.3 / 0.7) + i for i in (-1, 0, 1)}


def test_every_beat_is_scaled_on_its_own(preprocess_config: PreprocessConfig) -> None:
    ecg = cut_beats(record(), config=preprocess_config).ecg[:, 0]
    np.testing.assert_allclose(ecg.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(ecg.std(axis=1), 1, atol=1e-5)
    ranged = cut_beats(record(), config=replace(preprocess_config, scale="range")).ecg[:, 0]
    np.testing.assert_allclose(np.ptp(ranged, axis=1), 1, atol=1e-5)


def test_the_baseline_is_removed_only_if_configured(preprocess_config: PreprocessConfig) -> None:
    plain = record()
    lifted = replace(plain, signal=plain.signal + np.float32(3))
    config = replace(preprocess_config, scale="range")  # which keeps the level of a beat
    np.testing.assert_allclose(
        cut_beats(lifted, config=config).ecg, cut_beats(plain, config=config).ecg, atol=1e-4
    )
    config = replace(config, baseline="none")
    lift = cut_beats(lifted, config=config).ecg[:, 0] - cut_beats(plain, config=config).ecg[:, 0]
    assert lift.min() > 1.5


def test_three_beats_are_enough(preprocess_config: PreprocessConfig) -> None:
    beats = cut_beats(record("NVN"), config=preprocess_config)
    assert beats.labels.tolist() == [2]
    np.testing.assert_allclose(beats.ecg[0, 2], 0)  # a single beat is its own median


def test_a_record_without_a_beat_of_any_class_is_an_empty_set(
    preprocess_config: PreprocessConfig,
) -> None:
    beats = cut_beats(record("/////"), config=replace(preprocess_config, comparisons=True))
    assert beats.ecg.shape == (0, 3, 64)
    assert beats.morphology.shape == (0, 6)
    assert len(beats.annotated) == 5


def test_joined_records_keep_their_order(preprocess_config: PreprocessConfig) -> None:
    config = replace(preprocess_config, comparisons=True)
    first = cut_beats(record(), config=config)
    second = cut_beats(replace(record("NVVN", seed=1), name="r2"), config=config)
    both = join_beats([first, second])
    assert both.records.tolist() == ["r1"] * 5 + ["r2"] * 2
    np.testing.assert_array_equal(both.ecg[:5], first.ecg)
    np.testing.assert_array_equal(both.ecg[5:], second.ecg)
    np.testing.assert_array_equal(both.morphology[:5], first.morphology)
    np.testing.assert_array_equal(both.morphology[5:], second.morphology)
    assert both.annotated.index.tolist() == list(range(12))


def read_and_cut(database: Path, name: str, config: PreprocessConfig) -> BeatSet:
    return cut_beats(read_record(database / name, leads=config.leads, fs=config.fs), config=config)


@pytest.mark.slow
def test_the_stage_writes_each_split_with_its_records_in_order(
    beats_folder: Path,
    synthetic_database: Path,
    small_split: SplitConfig,
    preprocess_config: PreprocessConfig,
) -> None:
    assert {path.name for path in beats_folder.iterdir()} == set(SPLITS)
    for split, records in small_split.records().items():
        written = load_beats(beats_folder / split)
        alone = join_beats(
            [read_and_cut(synthetic_database, name, preprocess_config) for name in records]
        )
        np.testing.assert_array_equal(written.ecg, alone.ecg)
        pd.testing.assert_frame_equal(written.annotated, alone.annotated, atol=1e-6)
        assert list(dict.fromkeys(written.records)) == list(records)


def test_all_beats_of_a_record_are_in_one_split(beats_folder: Path) -> None:
    records = [set(load_beats(beats_folder / split).annotated["record"]) for split in SPLITS]
    assert set.union(*records) == {"100", "101", "109", "114"}
    assert sum(map(len, records)) == 4


def test_of_a_paced_record_only_ventricular_beats_are_used(
    synthetic_database: Path, preprocess_config: PreprocessConfig
) -> None:
    beats = read_and_cut(synthetic_database, "102", replace(preprocess_config, leads=("V5",)))
    assert set(beats.table["symbol"]) == {"V"}
    assert {"/", "f"} <= set(beats.annotated["symbol"])


@pytest.mark.slow
def test_a_missing_record_leaves_the_old_output(
    tmp_path: Path, synthetic_database: Path, preprocess_config: PreprocessConfig
) -> None:
    out = tmp_path / "beats"
    (out / "train").mkdir(parents=True)
    split = SplitConfig(train=("100",), valid=("109",), test=("999",))
    with pytest.raises(ValueError, match=r"record 999: .*999\.hea"):
        preprocess(synthetic_database, config=preprocess_config, split=split, out=out, workers=1)
    assert [path.name for path in tmp_path.rglob("*")] == ["beats", "train"]


@pytest.fixture
def two_leads(preprocess_config: PreprocessConfig) -> PreprocessConfig:
    return replace(preprocess_config, comparisons=True, second_lead=True)


def test_morphology_of_the_second_lead_follows_that_of_the_first(
    two_leads: PreprocessConfig,
) -> None:
    one_lead = replace(two_leads, second_lead=False)
    first, second = record(), replace(record(seed=1), lead="V1")
    both = cut_beats(first, second, config=two_leads)
    expected = [cut_beats(lead, config=one_lead).morphology for lead in (first, second)]
    np.testing.assert_array_equal(both.morphology, np.concatenate(expected, axis=1))
    np.testing.assert_array_equal(both.ecg, cut_beats(first, config=one_lead).ecg)


def test_without_a_second_lead_its_morphology_is_0(two_leads: PreprocessConfig) -> None:
    morphology = cut_beats(record(), config=two_leads).morphology
    assert morphology.shape == (5, 12)
    assert np.all(morphology[:, 6:] == 0)
    assert morphology[:, :6].any()


@pytest.mark.parametrize(
    ("names", "second_lead", "found"),
    [
        (("V1", "MLII"), True, ["MLII", "V1"]),
        (("V1", "MLII"), False, ["MLII"]),
        (("MLII",), True, ["MLII"]),
        (("V5", "MLII", "aVR"), True, ["MLII"]),
    ],
)
def test_leads_are_read_in_the_order_of_preference(
    two_leads: PreprocessConfig,
    tmp_path: Path,
    names: tuple[str, ...],
    second_lead: bool,
    found: list[str],
) -> None:
    signals = {name: wave(1200, hz=3 + i) for i, name in enumerate(names)}
    path = write_record(tmp_path, leads=signals)
    config = replace(two_leads, leads=("MLII", "V1", "V2"), second_lead=second_lead)
    leads = read_leads(path, config=config)
    assert [lead.lead for lead in leads] == found
    for lead in leads:
        np.testing.assert_allclose(lead.signal, signals[lead.lead], atol=0.51 / GAIN)
        assert lead.beats is leads[0].beats


def test_a_second_lead_is_resampled_as_the_first_is(
    two_leads: PreprocessConfig, tmp_path: Path
) -> None:
    signals = {"MLII": wave(1200, fs=250), "V1": wave(1200, fs=250, hz=3)}
    path = write_record(tmp_path, leads=signals, fs=250)
    first, second = read_leads(path, config=replace(two_leads, leads=("MLII", "V1")))
    assert first.fs == second.fs == 360
    assert len(first.signal) == len(second.signal) == 1728

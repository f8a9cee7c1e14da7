"""RR features belong to the used beats, and are measured over all annotated beats."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb

from ecgfuse.datasets.beats import load_beats
from ecgfuse.datasets.rr import load_rr
from ecgfuse.datasets.splits import SPLITS
from ecgfuse.pipeline.params import build_config
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import extract_rr, split_rr

ABSOLUTE = RRConfig(features="absolute", causal=False, local_beats=2, irregularity_beats=65)


def annotated(record: str, times_s: list[float], used: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"record": record, "time_s": times_s, "used": used})


FIRST = annotated("r1", [0.0, 0.8, 1.6, 2.2, 3.2, 4.0], [0, 1, 0, 1, 1, 0])
SECOND = annotated("r2", [5.0, 5.5, 6.0, 6.5], [0, 1, 1, 0])


def test_only_used_beats_get_features_and_all_beats_are_neighbours() -> None:
    rr = split_rr(FIRST, config=ABSOLUTE)
    assert rr.shape == (3, 7)
    # The second, fourth and fifth beat; the third is not used, but is a neighbour.
    np.testing.assert_allclose(rr[:, 0], [800, 600, 1000])
    np.testing.assert_allclose(rr[:, 1], [800, 1000, 800])


def test_no_interval_spans_two_records() -> None:
    both = split_rr(pd.concat([FIRST, SECOND], ignore_index=True), config=ABSOLUTE)
    alone = [split_rr(record, config=ABSOLUTE) for record in (FIRST, SECOND)]
    np.testing.assert_array_equal(both, np.concatenate(alone))
    np.testing.assert_allclose(both[3:, 0], [500, 500])
    np.testing.assert_allclose(both[3:, 4], [500, 500])  # mean of that record alone


def test_records_keep_their_order_whatever_their_names() -> None:
    both = split_rr(pd.concat([SECOND, FIRST], ignore_index=True), config=ABSOLUTE)
    np.testing.assert_allclose(both[:, 0], [500, 500, 800, 600, 1000])


def test_each_parameter_has_its_effect() -> None:
    usual = split_rr(FIRST, config=ABSOLUTE)
    causal = split_rr(FIRST, config=replace(ABSOLUTE, causal=True))
    assert not np.array_equal(causal[:, 1], usual[:, 1])  # post
    longer = split_rr(FIRST, config=replace(ABSOLUTE, local_beats=3, irregularity_beats=65))
    np.testing.assert_allclose(longer[1, 2], 2200 / 3, rtol=1e-6)
    ratio = split_rr(FIRST, config=replace(ABSOLUTE, features="ratio"))
    assert ratio.max() < 10 < usual.max()


def test_the_stage_writes_one_row_per_waveform(tmp_path: Path, beats_folder: Path) -> None:
    extract_rr(beats_folder, config=ABSOLUTE, out=tmp_path / "rr")
    assert {path.name for path in (tmp_path / "rr").iterdir()} == set(SPLITS)
    for split in SPLITS:
        rr = load_rr(tmp_path / "rr" / split)
        assert rr.shape == (len(load_beats(beats_folder / split)), 7)
        assert np.isfinite(rr).all()


def test_intervals_are_those_of_the_annotation_file(
    beats_folder: Path, synthetic_database: Path
) -> None:
    annotation = wfdb.rdann(str(synthetic_database / "114"), "atr")
    peaks = annotation.sample[np.isin(annotation.symbol, list("NAVF"))]
    expected = np.diff(peaks) / 360 * 1000
    beats = load_beats(beats_folder / "test")
    rr = split_rr(beats.annotated, config=ABSOLUTE)
    np.testing.assert_allclose(rr[:, 0], expected[:-1], atol=0.01)  # all inner beats
    np.testing.assert_allclose(rr[:, 1], expected[1:], atol=0.01)


def test_early_beats_have_small_ratios_whatever_the_patient(beats_folder: Path) -> None:
    for split in SPLITS:
        beats = load_beats(beats_folder / split)
        config = replace(ABSOLUTE, features="ratio", local_beats=10)
        pre_over_local = split_rr(beats.annotated, config=config)[:, 0]
        assert np.median(pre_over_local[beats.labels == 2]) < 0.9  # V
        assert np.median(pre_over_local[beats.labels == 0]) > 0.9  # N


def test_missing_beats_are_reported_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"beats\.csv: no such file; run the stage that writes"):
        extract_rr(tmp_path / "absent", config=ABSOLUTE, out=tmp_path / "rr")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"local_beats": 0}, r"rr\.local_beats is 0, but must be 1 or more"),
        ({"irregularity_beats": 64}, r"rr\.irregularity_beats is 64, but must be odd"),
        (
            {"irregularity_beats": -1},
            r"rr\.irregularity_beats is -1, but must be odd and 1 or more",
        ),
        ({"features": "ratios"}, r"rr\.features is 'ratios', .* one of: absolute \| ratio"),
        ({"causal": "yes"}, r"rr\.causal is 'yes', but must be of type bool"),
    ],
)
def test_a_value_out_of_range_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_config(RRConfig, vars(ABSOLUTE) | change)

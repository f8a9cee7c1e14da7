"""Segments begin and end where they were cut, in milliseconds around the R peak."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.datasets.beats import load_beats
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.preprocess.spans import spans_around_r


def table_of(record: str, times_s: list[float], used: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"record": record, "time_s": times_s, "used": used})


def test_an_interval_begins_after_the_previous_beat_even_if_that_is_not_used(
    preprocess_config: PreprocessConfig,
) -> None:
    config = dataclasses.replace(preprocess_config, interval_s=(0.14, 0.28))
    annotated = table_of("100", [0.2, 1.0, 1.9, 2.1, 3.0], [0, 0, 1, 1, 0])
    found = spans_around_r(annotated, row="interval_deviation", config=config)
    # -900 + 140; 60 ms before R would be left of -200 + 140, so it begins 100 ms before R.
    np.testing.assert_allclose(found, [[-760, 280], [-100, 280]])


def test_records_do_not_reach_into_each_other(preprocess_config: PreprocessConfig) -> None:
    config = dataclasses.replace(preprocess_config, interval_s=(0.1, 0.3))
    one = table_of("200", [0.5, 1.0, 1.6], [0, 1, 0])
    other = table_of("100", [0.4, 1.2, 2.0], [0, 1, 0])
    both = pd.concat([one, other], ignore_index=True)
    found = spans_around_r(both, row="interval", config=config)
    np.testing.assert_allclose(found, [[-400, 300], [-700, 300]])


def test_a_window_is_the_same_for_every_beat(preprocess_config: PreprocessConfig) -> None:
    config = dataclasses.replace(preprocess_config, window_s=(0.3, 0.4))
    annotated = table_of("100", [0.2, 1.0, 1.9, 2.1], [0, 1, 1, 0])
    found = spans_around_r(annotated, row="window", config=config)
    np.testing.assert_allclose(found, [[-300, 400]] * 2)


def test_the_peak_of_a_cut_beat_lies_at_its_r_peak(
    beats_folder: Path, preprocess_config: PreprocessConfig
) -> None:
    beats = load_beats(beats_folder / "train")
    begin, end = spans_around_r(beats.annotated, row="interval", config=preprocess_config).T
    length = beats.ecg.shape[2]
    normal = beats.labels == 0
    peak = (beats.ecg[:, 0].argmax(axis=1) + 0.5) / length * (end - begin) + begin
    sample_ms = (end - begin) / length
    assert len(begin) == len(beats)
    assert np.median(np.abs(peak / sample_ms)[normal]) < 1

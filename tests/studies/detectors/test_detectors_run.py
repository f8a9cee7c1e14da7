"""Detectors are compared beat by beat; one that fails misses all beats."""

import json
from pathlib import Path

import numpy as np
import pytest
from root import ROOT

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.recordings.beats import read_beats
from ecgfuse.studies.detectors import run as module
from ecgfuse.studies.detectors.candidates import CHOSEN, DETECTORS
from ecgfuse.studies.detectors.run import compare_detectors, search_record, summarise_detector

RESULTS = ROOT / "studies/annotate/results/detectors.json"


def fail(signal: np.ndarray, fs: float) -> np.ndarray:
    raise IndexError("as raised by some libraries on some records")


@pytest.mark.slow
def test_each_detector_is_scored_on_both_halves(
    synthetic_database: Path, small_split: SplitConfig, tmp_path: Path
) -> None:
    out = tmp_path / "detectors.json"
    metrics = tmp_path / "metrics.json"
    compare_detectors(
        synthetic_database,
        split=small_split,
        leads=("MLII",),
        workers=1,
        results=out,
        metrics=metrics,
    )
    headline = json.loads(metrics.read_text())
    found = json.loads(out.read_text())
    assert found["chosen"] == headline["chosen"] == CHOSEN
    n_beats = {
        half: sum(len(read_beats(synthetic_database / name, n_samples=10**9)) for name in names)
        for half, names in (("ds1", ("101", "100", "109")), ("ds2", ("114",)))
    }
    for scores in found["detectors"].values():
        for half, n in n_beats.items():
            assert scores[half]["beats"] == n
    assert found["detectors"][CHOSEN]["ds1"]["se"] > 0.97


def test_a_perfect_detector_makes_no_error_and_a_failing_one_misses_all_beats(
    synthetic_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peaks = read_beats(synthetic_database / "100", n_samples=10**9).r_peaks
    monkeypatch.setattr(module, "DETECTORS", {"known": lambda signal, fs: peaks, "fails": fail})
    found = search_record(synthetic_database, "100", leads=("MLII",))
    known = summarise_detector([found["known"]])
    assert (known["se"], known["ppv"], known["missed"], known["extra"]) == (1, 1, 0, 0)
    assert (known["late_ms"], known["within_ms"]) == (0, 0)
    fails = summarise_detector([found["fails"]])
    assert (fails["missed"], fails["extra"], fails["records_failed"]) == (len(peaks), 0, 1)
    assert fails["late_ms"] is None


def test_the_committed_results_cover_all_detectors_and_the_one_in_use() -> None:
    found = json.loads(RESULTS.read_text())
    assert found["chosen"] == CHOSEN
    assert set(found["detectors"]) == set(DETECTORS)

"""Detectors are compared beat by beat; one that fails misses all beats."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from root import ROOT

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.recordings.annotation_reader import read_annotation
from ecgfuse.recordings.annotation_writer import write_annotation_file
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


def test_beats_found_in_the_flutter_of_the_reference_are_not_extra(
    synthetic_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in synthetic_database.glob("100.*"):
        shutil.copy(path, tmp_path)
    annotations = read_annotation(tmp_path / "100.atr")
    peaks = read_beats(tmp_path / "100", n_samples=10**9).r_peaks
    samples, symbols = annotations.samples, annotations.symbols.tolist()
    first, last = np.searchsorted(samples, peaks[[10, 20]])
    symbols[first], symbols[last] = "[", "]"
    write_annotation_file(tmp_path / "100.atr", samples, symbols, fs=360)
    monkeypatch.setattr(module, "DETECTORS", {"known": lambda signal, fs: peaks})
    (known,) = search_record(tmp_path, "100", leads=("MLII",)).values()
    scores = summarise_detector([known])
    assert (scores["missed"], scores["extra"], scores["beats"]) == (0, 0, len(peaks) - 11)


def test_the_committed_results_cover_all_detectors_and_the_one_in_use() -> None:
    found = json.loads(RESULTS.read_text())
    assert found["chosen"] == CHOSEN
    assert set(found["detectors"]) == set(DETECTORS)

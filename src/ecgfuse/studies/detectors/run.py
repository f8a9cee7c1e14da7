"""The stage `detectors`: QRS detectors scored against the reference beats."""

import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.ec57.counts import count_beats
from ecgfuse.ec57.labels import label_found, read_labels
from ecgfuse.ec57.scores import score, summarise
from ecgfuse.engine.processes import process_pool
from ecgfuse.pipeline.results import write_results
from ecgfuse.qrs.detect import FS
from ecgfuse.qrs.timing import summarise_timing, timing_errors
from ecgfuse.recordings.labelled_record import read_lead
from ecgfuse.recordings.resample import resample_signal
from ecgfuse.studies.detectors.candidates import CHOSEN, DETECTORS, LIBRARY, Detector
from ecgfuse.studies.detectors.results import DetectorScores, DetectorsResults

_HEADLINE = (
    "chosen",
    *(f"detectors.{CHOSEN}.{half}.{figure}" for half in ("ds1", "ds2") for figure in ("se", "ppv")),
)


def compare_detectors(
    database: Path,
    *,
    split: SplitConfig,
    leads: tuple[str, ...],
    workers: int,
    results: Path,
    metrics: Path,
) -> None:
    """Score all detectors on DS1, used for the choice, and on DS2, which is not.

    Beats match within 150 ms and are scored from the first sample. Within the ventricular flutter
    and fibrillation of the reference, beats are neither missed nor extra (EC57). A detector that
    fails on a record counts as missing all its beats.

    Args:
        database: folder of the WFDB records.
        leads: in order of preference; the first one in the record is searched.
        results: JSON file for all results.
        metrics: JSON file for the headline.

    Raises:
        ValueError: a record is missing or unusable.
    """
    groups = {"ds1": (*split.train, *split.valid), "ds2": split.test}
    names = [name for group in groups.values() for name in group]
    search = partial(search_record, database, leads=leads)
    with process_pool(workers) as pool:
        found = list(tqdm(pool.map(search, names), total=len(names), unit="record", disable=None))
    by_name = dict(zip(names, found, strict=True))
    document: DetectorsResults = {
        "chosen": CHOSEN,
        "detectors": {
            detector: {
                "library": LIBRARY.get(detector, "neurokit2"),
                "ds1": summarise_detector([by_name[name][detector] for name in groups["ds1"]]),
                "ds2": summarise_detector([by_name[name][detector] for name in groups["ds2"]]),
            }
            for detector in DETECTORS
        },
    }
    write_results(document, results=results, metrics=metrics, headline=_HEADLINE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Scores of one detector on one record."""

    counts: np.ndarray
    """EC57 matrix, (7, 7)."""
    errors_ms: np.ndarray
    """Timing errors of the matched beats, (n,), from `timing_errors`."""


def search_record(database: Path, name: str, *, leads: tuple[str, ...]) -> dict[str, Found]:
    """Run every detector on one record."""
    signal, _, fs = read_lead(database / name, leads=leads)
    reference = read_labels(database / f"{name}.atr")
    signal = resample_signal(signal, up=FS, down=fs)
    scored = {}
    for detector, detect in DETECTORS.items():
        found = _detect_or_fail(detect, signal=signal.astype(np.float32))
        samples = np.unique(np.rint(found * (fs / FS)).astype(np.int64))
        test = label_found(samples, np.full(len(samples), "Q"), reference=reference)
        scored[detector] = Found(
            counts=count_beats(reference, test, start_s=0.0),
            errors_ms=timing_errors(samples, reference=reference.samples, fs=fs),
        )
    return scored


def _detect_or_fail(detect: Detector, *, signal: np.ndarray) -> np.ndarray:
    """R peaks in samples at FS; empty where the detector raises an error: all beats are missed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries warn about their own code
        try:
            return np.asarray(detect(signal, FS), dtype=np.float64)
        except (IndexError, TypeError, ValueError):
            return np.empty(0)


def summarise_detector(records: list[Found]) -> DetectorScores:
    """Scores of one detector over several records."""
    counts = [found.counts for found in records]
    qrs = score(np.sum(counts, axis=0)).qrs
    average = summarise(counts)["average"]["qrs"]
    return {
        "se": qrs.se.value,
        "ppv": qrs.ppv.value,
        "missed": qrs.se.whole - int(qrs.se.part),
        "extra": qrs.ppv.whole - int(qrs.ppv.part),
        "beats": qrs.se.whole,
        "records_failed": sum(score(of_record).qrs.ppv.whole == 0 for of_record in counts),
        "average_se": average["se"],
        "average_ppv": average["ppv"],
        **summarise_timing([found.errors_ms for found in records]),
    }

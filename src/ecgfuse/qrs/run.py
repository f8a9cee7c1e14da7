"""The detectors stage: beats that several QRS detectors find, against those of the reference."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.ec57.counts import count_beats
from ecgfuse.ec57.labels import BeatLabels, read_labels
from ecgfuse.ec57.scores import score, summarise
from ecgfuse.qrs.candidates import CHOSEN, DETECTORS, LIBRARY, Detector
from ecgfuse.qrs.detect import FS
from ecgfuse.qrs.timing import summarise_timing, timing_errors
from ecgfuse.records.reader import read_lead
from ecgfuse.records.resample import resample_signal
from ecgfuse.results import write_results
from ecgfuse.workers import process_pool

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
    """Score all detectors on DS1, which chooses, and on DS2, which does not.

    Beats match within 150 ms and count from the first sample on; ventricular flutter is left out
    (EC57). A detector that fails on a record has found no beat of it.

    Args:
        database: folder of the WFDB records.
        leads: in order of preference; the first that a record has is searched.
        results, metrics: JSON, of everything and of the headline.

    Raises:
        ValueError: a record is missing or not usable.
    """
    groups = {"ds1": (*split.train, *split.valid), "ds2": split.test}
    names = [name for group in groups.values() for name in group]
    search = partial(search_record, database, leads=leads)
    with process_pool(workers) as pool:
        found = list(tqdm(pool.map(search, names), total=len(names), unit="record", disable=None))
    by_name = dict(zip(names, found, strict=True))
    document = {
        "chosen": CHOSEN,
        "detectors": {
            detector: {
                "library": LIBRARY.get(detector, "neurokit2"),
                **{
                    group: _summarise([by_name[name][detector] for name in group_names])
                    for group, group_names in groups.items()
                },
            }
            for detector in DETECTORS
        },
    }
    write_results(document, results=results, metrics=metrics, headline=_HEADLINE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a detector has found in a record."""

    counts: np.ndarray
    """Matrix of EC57, (7, 7)."""
    errors_ms: np.ndarray
    """Of the beats that match, (n,), as `timing_errors` gives them."""


def search_record(database: Path, name: str, *, leads: tuple[str, ...]) -> dict[str, Found]:
    """What every detector finds in one record."""
    signal, _, fs = read_lead(database / name, leads=leads)
    reference = read_labels(database / f"{name}.atr")
    signal = resample_signal(signal, up=FS, down=fs)
    everything = {}
    for detector, detect in DETECTORS.items():
        found = _detect_or_fail(detect, signal=signal.astype(np.float32))
        samples = np.unique(np.rint(found * (fs / FS)).astype(np.int64))
        test = BeatLabels(
            samples=samples,
            classes=np.full(len(samples), "Q"),
            shutdowns=np.empty((0, 2), dtype=np.int64),
            end=reference.end,
            fs=reference.fs,
        )
        everything[detector] = Found(
            counts=count_beats(reference, test, start_s=0.0),
            errors_ms=timing_errors(samples, reference=reference.samples, fs=fs),
        )
    return everything


def _detect_or_fail(detect: Detector, *, signal: np.ndarray) -> np.ndarray:
    """R peaks in samples at FS; none where the detector raises an error: it misses all beats."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries, about themselves
        try:
            return np.asarray(detect(signal, FS), dtype=np.float64)
        except (IndexError, TypeError, ValueError):
            return np.empty(0)


def _summarise(records: list[Found]) -> Mapping[str, Any]:
    counts = [found.counts for found in records]
    qrs = score(np.sum(counts, axis=0)).qrs
    average = summarise(counts)["average"]["qrs"]
    return {
        "se": qrs.se.value,
        "ppv": qrs.ppv.value,
        "missed": qrs.se.whole - qrs.se.part,
        "extra": qrs.ppv.whole - qrs.ppv.part,
        "beats": qrs.se.whole,
        "records_failed": sum(score(of_record).qrs.ppv.whole == 0 for of_record in counts),
        "average_se": average["se"],
        "average_ppv": average["ppv"],
        **summarise_timing([found.errors_ms for found in records]),
    }

"""The annotate stage: recordings of new patients annotated as a user's would be, and scored.

It chooses nothing. It tells what the way from files to classes costs: ONNX Runtime in place of
PyTorch, and beats that are found in place of the reference's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.network import Network
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.ec57.config import EC57Config
from ecgfuse.ec57.counts import count_beats
from ecgfuse.ec57.labels import BeatLabels, read_labels
from ecgfuse.ec57.mapping import EC57_CLASSES
from ecgfuse.ec57.scores import summarise
from ecgfuse.evaluate.predictions import predict_seeds
from ecgfuse.export.deployable import load_deployable
from ecgfuse.qrs.timing import summarise_timing, timing_errors
from ecgfuse.records.annotations import read_beats
from ecgfuse.records.reader import read_lead
from ecgfuse.results import write_results
from ecgfuse.workers import process_pool

BEATS = ("reference", "detected")
"""Where R peaks come from."""
_HEADLINE = tuple(
    f"detected.standard.gross.{kind}.{figure}"
    for kind in ("qrs", "veb", "sveb")
    for figure in ("se", "ppv")
)


def verify_annotation(
    models: Mapping[str, Path],
    *,
    annotated_by: str,
    database: Path,
    records: Sequence[str],
    config: EC57Config,
    folder: Path,
    workers: int,
    results: Path,
    metrics: Path,
) -> None:
    """Write how ONNX Runtime and PyTorch agree, and EC57 scores of annotated test recordings.

    Args:
        models: name -> folder with beats/ and rr/, whose test split its networks read.
        annotated_by: the model that annotates the recordings.
        database: folder of the WFDB records.
        records: names of those to annotate.
        folder: of the model files, NAME.safetensors and NAME.onnx.
        workers: processes; the result does not depend on them.
        results, metrics: JSON, of everything and of the headline.

    Raises:
        ValueError: a model or a record cannot be used.
    """
    runtimes = {
        name: compare_runtimes(folder / name, data=data, workers=workers)
        for name, data in models.items()
    }
    annotate = partial(_annotate_record, database, model=folder / f"{annotated_by}.onnx")
    with process_pool(workers) as pool:
        found = pool.map(annotate, records)
        annotated = list(tqdm(found, total=len(records), unit="record", disable=None))
    document: dict[str, Any] = {"onnx": runtimes, "model": annotated_by}
    for beats in BEATS:
        of_records = [record[beats] for record in annotated]
        document[beats] = {
            "flags": dict(sorted(sum((r.flags for r in of_records), Counter()).items())),
            **summarise_timing([r.errors_ms for r in of_records]),
            **_summarise(of_records, config=config),
        }
    write_results(document, results=results, metrics=metrics, headline=_HEADLINE)


def compare_runtimes(model: Path, *, data: Path, workers: int) -> dict[str, Any]:
    """ONNX Runtime against PyTorch on all labelled test beats.

    Args:
        model: path of the model files without an ending.
        data: folder with beats/ and rr/.
    """
    stored = load_deployable(model.with_suffix(".safetensors")).stored
    fusion = stored.spec.fusion
    test = load_inputs("test", beats=data / "beats", rr=data / "rr", fusion=fusion)
    torch = predict_seeds([stored], data=test, name=None, workers=workers).ensemble
    inputs = {name: tensor.numpy() for name, tensor in test.inputs._asdict().items()}
    onnx = Network(model.with_suffix(".onnx")).predict(inputs, workers=workers)
    return {
        "beats": len(onnx),
        "other_labels": int((onnx.argmax(axis=1) != torch.argmax(axis=1)).sum()),
        "largest_difference": float(np.abs(onnx - torch).max()),
    }


@dataclass(frozen=True, kw_only=True)
class Annotated:
    """One record, annotated and with its reference."""

    reference: BeatLabels
    test: BeatLabels
    flags: Counter[str]
    """How many beats have which flag."""
    errors_ms: np.ndarray
    """How late R peaks are, (n,)."""


def _annotate_record(database: Path, name: str, *, model: Path) -> dict[str, Annotated]:
    """By origin of the R peaks."""
    annotator = Annotator(model)
    signal, _, fs = read_lead(database / name, leads=annotator.network.preprocess.leads)
    reference = read_labels(database / f"{name}.atr")
    r_peaks = {
        "reference": read_beats(database / name, n_samples=len(signal)).r_peaks,
        "detected": None,
    }
    annotated = {}
    for beats in BEATS:
        table = annotator.annotate(signal, fs, r_peaks[beats])
        test = _labels(table, reference=reference)
        annotated[beats] = Annotated(
            reference=reference,
            test=test,
            flags=Counter(table["flag"].replace("", "judged")),
            errors_ms=timing_errors(test.samples, reference=reference.samples, fs=fs),
        )
    return annotated


def _labels(table: pd.DataFrame, *, reference: BeatLabels) -> BeatLabels:
    return BeatLabels(
        samples=table["sample"].to_numpy(),
        classes=table["class"].map(EC57_CLASSES).to_numpy(dtype="<U1"),
        shutdowns=np.empty((0, 2), dtype=np.int64),
        end=reference.end,
        fs=reference.fs,
    )


def _summarise(records: Sequence[Annotated], *, config: EC57Config) -> dict[str, Any]:
    starts = {"standard": config.start_s, "whole_record": 0.0}
    return {
        rule: summarise([count_beats(r.reference, r.test, start_s=start_s) for r in records])
        for rule, start_s in starts.items()
    }

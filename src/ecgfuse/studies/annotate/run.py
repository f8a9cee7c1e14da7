"""The stage `annotate`: test recordings annotated like those of a user, and scored.

Nothing is chosen here. It measures the effect of each step from file to classes: ONNX Runtime
instead of PyTorch, and detected beats instead of those of the reference.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.model_file import ModelFile
from ecgfuse.annotate.network import Network
from ecgfuse.classes import EC57_CLASS_OF_CODE
from ecgfuse.datasets.inputs import load_inputs
from ecgfuse.ec57.config import EC57Config
from ecgfuse.ec57.counts import count_beats
from ecgfuse.ec57.labels import BeatLabels, label_found, read_labels
from ecgfuse.ec57.results import EC57Summary
from ecgfuse.ec57.scores import summarise
from ecgfuse.engine.processes import process_pool
from ecgfuse.evaluate.predictions import predict_seeds
from ecgfuse.export.deployable import load_deployable
from ecgfuse.pipeline.results import write_results
from ecgfuse.qrs.timing import summarise_timing, timing_errors
from ecgfuse.recordings.beats import read_beats
from ecgfuse.recordings.labelled_record import read_lead
from ecgfuse.studies.annotate.results import (
    AnnotatedScores,
    AnnotateResults,
    RuntimeComparison,
)

BEATS = ("reference", "detected")
"""Origins of the R peaks."""
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
    """Write the agreement of ONNX Runtime and PyTorch, and EC57 scores of annotated recordings.

    Args:
        models: name -> folder with beats/ and rr/, whose test split is its input.
        annotated_by: name of the model that annotates the recordings.
        database: folder of the WFDB records.
        records: names of the records to annotate.
        folder: folder of the model files, NAME.safetensors and NAME.onnx.
        workers: processes; the result does not depend on them.
        results: JSON file for all results.
        metrics: JSON file for the headline.

    Raises:
        ValueError: a model or a record is unusable.
    """
    runtimes = {
        name: compare_runtimes(folder / name, data=data, workers=workers)
        for name, data in models.items()
    }
    annotate = partial(_annotate_record, database, model=folder / f"{annotated_by}.onnx")
    with process_pool(workers) as pool:
        found = pool.map(annotate, records)
        annotated = list(tqdm(found, total=len(records), unit="record", disable=None))
    document: AnnotateResults = {
        "onnx": runtimes,
        "model": annotated_by,
        "reference": _summarise([record["reference"] for record in annotated], config=config),
        "detected": _summarise([record["detected"] for record in annotated], config=config),
    }
    write_results(document, results=results, metrics=metrics, headline=_HEADLINE)


def compare_runtimes(model: Path, *, data: Path, workers: int) -> RuntimeComparison:
    """Compare ONNX Runtime with PyTorch on all labelled test beats.

    Args:
        model: path of the model files without extension.
        data: folder with beats/ and rr/.
    """
    stored = load_deployable(model.with_suffix(".safetensors")).stored
    fusion = stored.spec.fusion
    test = load_inputs("test", beats=data / "beats", rr=data / "rr", fusion=fusion)
    torch = predict_seeds([stored], data=test, name=None, workers=workers).ensemble
    inputs = {name: tensor.numpy() for name, tensor in test.inputs._asdict().items()}
    onnx = Network(ModelFile(model.with_suffix(".onnx"))).predict(inputs, workers=workers)
    return {
        "beats": len(onnx),
        "other_labels": int((onnx.argmax(axis=1) != torch.argmax(axis=1)).sum()),
        "largest_difference": float(np.abs(onnx - torch).max()),
    }


@dataclass(frozen=True, kw_only=True)
class Annotated:
    """Reference and annotation of one record."""

    reference: BeatLabels
    test: BeatLabels
    flags: Counter[str]
    """Flag -> number of beats."""
    errors_ms: np.ndarray
    """Timing errors of the R peaks, (n,)."""


def _annotate_record(database: Path, name: str, *, model: Path) -> dict[str, Annotated]:
    """Annotate one record; one result per origin of the R peaks."""
    annotator = Annotator(model)
    signal, _, fs = read_lead(database / name, leads=annotator.model.leads)
    reference = read_labels(database / f"{name}.atr")
    r_peaks = {
        "reference": read_beats(database / name, n_samples=len(signal)).r_peaks,
        "detected": None,
    }
    annotated = {}
    for beats in BEATS:
        table = annotator.annotate(signal, fs, r_peaks[beats])
        classes = table["class"].map(EC57_CLASS_OF_CODE).to_numpy(dtype="<U1")
        test = label_found(table["sample"].to_numpy(), classes, reference=reference)
        annotated[beats] = Annotated(
            reference=reference,
            test=test,
            flags=Counter(table["flag"].replace("", "judged")),
            errors_ms=timing_errors(test.samples, reference=reference.samples, fs=fs),
        )
    return annotated


def _summarise(records: Sequence[Annotated], *, config: EC57Config) -> AnnotatedScores:
    return {
        "flags": dict(sorted(sum((r.flags for r in records), Counter()).items())),
        **summarise_timing([r.errors_ms for r in records]),
        "standard": _score(records, start_s=config.start_s),
        "whole_record": _score(records, start_s=0.0),
    }


def _score(records: Sequence[Annotated], *, start_s: float) -> EC57Summary:
    return summarise([count_beats(r.reference, r.test, start_s=start_s) for r in records])

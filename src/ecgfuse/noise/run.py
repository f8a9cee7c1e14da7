"""The noise stage: exported models and test recordings with noise -> scores, tables, a picture."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ecgfuse.datasets.beats import require_all_classes
from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.figures import save_figure
from ecgfuse.evaluate.metrics import score
from ecgfuse.files import atomic_folder
from ecgfuse.noise.config import NoiseConfig
from ecgfuse.noise.figure import draw_noise
from ecgfuse.noise.predict import NoisyPredictions, load_fusions, predict_noisy
from ecgfuse.noise.scores import CURVES, Scored, curve_table, nest_scores
from ecgfuse.results import write_results
from ecgfuse.train.compute import keep_freed_memory
from ecgfuse.workers import process_pool

_HEADLINE = ("*.kind", "hybrid.clean.macro_f1", "hybrid.*.*.macro_f1")


@dataclass(frozen=True, kw_only=True)
class NoisePaths:
    """Where the noise stage reads and writes."""

    recordings: Path
    """Folder of the WFDB records, with dataset.json."""
    noise: Path
    """Folder of the noise records, with dataset.json."""
    models: Path
    """Folder with FUSION.safetensors."""
    plots: Path
    """Folder."""
    results: Path
    """JSON of everything."""
    metrics: Path
    """JSON of the headline."""


def stress_test(
    records: Sequence[str], *, paths: NoisePaths, config: NoiseConfig, workers: int
) -> None:
    """Score the exported model of each fusion on noisy test recordings, and draw the scores.

    Args:
        records: names of the test recordings.
        workers: processes; the result does not depend on them.

    Raises:
        ValueError: something is missing, does not fit, or a class has no beat.
    """
    load_fusions(paths.models)  # fails at once if something is wrong with them
    predict = partial(_predict_record, paths=paths, config=config)
    with process_pool(workers) as pool:
        bar = tqdm(pool.map(predict, records), total=len(records), unit="record", disable=None)
        scored = score_conditions(list(bar), config=config)
    kinds = {
        "data": json.loads((paths.recordings / "dataset.json").read_text()),
        "noise": json.loads((paths.noise / "dataset.json").read_text()),
    }
    described: dict[str, Any] = {
        name: {"database": dataset["database"], "kind": dataset["kind"]}
        for name, dataset in kinds.items()
    }
    made_up = [name for name, dataset in kinds.items() if dataset["kind"] == "synthetic"]
    with atomic_folder(paths.plots) as folder:
        for curve in CURVES:
            write_table(curve_table(scored, curve=curve, config=config), folder / f"{curve}.csv")
        save_figure(draw_noise(scored, config=config, synthetic=made_up), folder / "noise.png")
    write_results(
        described | nest_scores(scored),
        results=paths.results,
        metrics=paths.metrics,
        headline=_HEADLINE,
    )


def _predict_record(name: str, *, paths: NoisePaths, config: NoiseConfig) -> NoisyPredictions:
    keep_freed_memory()
    return predict_noisy(
        paths.recordings / name,
        noise=paths.noise,
        models=load_fusions(paths.models),
        config=config,
    )


def score_conditions(predictions: Sequence[NoisyPredictions], *, config: NoiseConfig) -> Scored:
    """The scores of each fusion under each condition, over the beats of all recordings together.

    Raises:
        ValueError: a class has no beat.
    """
    labels = np.concatenate([of_record.labels for of_record in predictions])
    require_all_classes(labels, split="test")
    scored: Scored = {}
    for fusion in FUSIONS:
        pooled = np.concatenate([one.probabilities[fusion] for one in predictions], axis=1)
        scored[fusion] = {
            condition: score(labels, of_condition)
            for condition, of_condition in zip(config.conditions(), pooled, strict=True)
        }
    return scored

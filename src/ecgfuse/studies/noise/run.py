"""The noise stage: exported models and test recordings with noise -> scores, tables, a figure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import require_all_classes
from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import keep_freed_memory
from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.metrics import score
from ecgfuse.noise.kinds import NOISES
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pipeline.results import write_results
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.noise import draw_noise
from ecgfuse.studies.noise.config import NoiseConfig
from ecgfuse.studies.noise.predict import NoisyPredictions, load_fusions, predict_noisy
from ecgfuse.studies.noise.results import NoiseResults, Origin
from ecgfuse.studies.noise.scores import CURVES, Scored, curve_table, nest_scores

_HEADLINE = ("*.kind", "hybrid.clean.macro_f1", "hybrid.*.*.macro_f1")


@dataclass(frozen=True, kw_only=True)
class NoisePaths:
    """Inputs and outputs of the noise stage."""

    recordings: Path
    """Folder of the WFDB records, with dataset.json."""
    noise: Path
    """Folder of the noise records, with dataset.json."""
    models: Path
    """Folder with FUSION.safetensors."""
    plots: Path
    """Folder of the tables and the figure."""
    results: Path
    """JSON of all results."""
    metrics: Path
    """JSON of the headline."""


def stress_test(
    records: Sequence[str], *, paths: NoisePaths, config: NoiseConfig, workers: int
) -> None:
    """Score the exported model of each fusion on noisy test recordings and plot the scores.

    Args:
        records: names of the test recordings.
        workers: processes; the result does not depend on it.

    Raises:
        ValueError: an input is missing or does not fit, or a class has no beat.
    """
    load_fusions(paths.models)  # fails early if a model is not usable
    predict = partial(_predict_record, paths=paths, config=config)
    with process_pool(workers) as pool:
        bar = tqdm(pool.map(predict, records), total=len(records), unit="record", disable=None)
        scored = score_conditions(list(bar), config=config)
    kinds = {
        "data": json.loads((paths.recordings / "dataset.json").read_text()),
        "noise": json.loads((paths.noise / "dataset.json").read_text()),
    }
    described: dict[str, Origin] = {
        name: {"database": dataset["database"], "kind": dataset["kind"]}
        for name, dataset in kinds.items()
    }
    nested = nest_scores(scored)
    found: NoiseResults = {
        "data": described["data"],
        "noise": described["noise"],
        "early": nested["early"],
        "late": nested["late"],
        "hybrid": nested["hybrid"],
    }
    synthetic = [name for name, dataset in kinds.items() if dataset["kind"] == "synthetic"]
    with atomic_folder(paths.plots) as folder:
        tables = {name: curve_table(scored, curve=name, config=config) for name in CURVES}
        for name, table in tables.items():
            write_table(table, folder / f"{name}.csv")
        figure = draw_noise(
            {title: tables[name] for name, title in CURVES.items()},
            clean={
                title: {fusion: of_fusion[None][name] for fusion, of_fusion in scored.items()}
                for name, title in CURVES.items()
            },
            noises={kind: NOISES[kind] for kind in config.kinds},
            synthetic=synthetic,
        )
        save_figure(figure, folder / "noise.png")
    write_results(
        found,
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
    """Score each fusion under each condition, over the beats of all recordings together.

    Raises:
        ValueError: a class has no beat.
    """
    labels = np.concatenate([of_record.labels for of_record in predictions])
    require_all_classes(labels, split="test")
    scored: Scored = {}
    for fusion in FUSIONS:
        pooled = np.concatenate([one.probabilities[fusion] for one in predictions], axis=1)
        scored[fusion] = {
            condition: score(labels, of_condition, classes=CLASSES)
            for condition, of_condition in zip(config.conditions(), pooled, strict=True)
        }
    return scored

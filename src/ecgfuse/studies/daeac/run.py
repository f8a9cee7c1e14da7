"""The daeac stage: adapt early fusion to the start of each test record, score it on the rest.

This is transductive: unlike the other results, these networks have seen beats of the test patients,
though no labels. No target label chooses anything: all settings are fixed beforehand, and the
network after the last step is the result.
"""

import dataclasses
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import torch
from tqdm import tqdm

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.datasets.inputs import Inputs, LabelledInputs, load_inputs
from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.evaluate.metrics import summarise
from ecgfuse.evaluate.predictions import predict_seeds
from ecgfuse.evaluate.results import SeedSummary
from ecgfuse.models.store import StoredModel, load_seeds
from ecgfuse.pipeline.results import write_results
from ecgfuse.studies.daeac.config import DaeacConfig
from ecgfuse.studies.daeac.data import split_target
from ecgfuse.studies.daeac.loop import Adapted, adapt_network
from ecgfuse.studies.daeac.results import DaeacResults, PseudoLabels

_HEADLINE = tuple(
    f"{state}.{of}.macro_f1" for state in ("source_only", "adapted") for of in ("mean", "ensemble")
)


@dataclass(frozen=True, kw_only=True)
class AdaptationPaths:
    """Input and output files of the stage."""

    beats: Path
    """Output folder of `preprocess`."""
    rr: Path
    """Output folder of `rr`."""
    models: Path
    """Output folder of `train@early`."""
    results: Path
    """JSON, as `DaeacResults`."""
    metrics: Path
    """JSON of the headline."""


def adapt(paths: AdaptationPaths, *, config: DaeacConfig, workers: int) -> None:
    """Adapt every seed to the test patients, and score it before and after.

    Args:
        workers: seeds adapted at a time; results do not depend on it.

    Raises:
        ValueError: something is missing or does not fit, a loss is not finite, or a class has no
            beat in the test.
    """
    source, patients = (
        load_inputs(split, beats=paths.beats, rr=paths.rr, fusion="early")
        for split in ("train", "test")
    )
    table = used_beats(load_beat_table(paths.beats / "test"))
    target = split_target(patients, table=table, adapt_s=config.adapt_s)
    before = load_seeds(paths.models)
    adapted = adapt_seeds(
        before, source=source, target=target.adaptation, config=config, workers=workers
    )
    after = [
        dataclasses.replace(stored, network=one.network)
        for stored, one in zip(before, adapted, strict=True)
    ]
    found: DaeacResults = {
        "transductive": "adapted to unlabelled beats of the test patients",
        "adaptation_s": config.adapt_s,
        "adaptation_beats": int(target.is_early.sum()),
        "test_beats": len(target.test),
        "seeds": len(before),
        "source_only": _scores(before, target.test, name="source only", workers=workers),
        "adapted": _scores(after, target.test, name="adapted", workers=workers),
        "pseudo_labels": count_pseudo_labels(
            torch.stack([one.pseudo_labels for one in adapted]).numpy(),
            labels=patients.labels[torch.from_numpy(target.is_early)].numpy(),
        ),
    }
    write_results(found, results=paths.results, metrics=paths.metrics, headline=_HEADLINE)


def adapt_seeds(
    models: list[StoredModel],
    *,
    source: LabelledInputs,
    target: Inputs,
    config: DaeacConfig,
    workers: int,
) -> list[Adapted]:
    """Adapt each model in a process with one thread.

    Args:
        target: beats of new patients, without labels.
        workers: processes; results do not depend on it.

    Raises:
        ValueError: as `adapt_network`.
    """
    task = partial(_adapt_seed, source=source, target=target, config=config)
    with process_pool(min(workers, len(models))) as pool:
        return list(tqdm(pool.map(task, models), total=len(models), desc="daeac", disable=None))


def _adapt_seed(
    stored: StoredModel, *, source: LabelledInputs, target: Inputs, config: DaeacConfig
) -> Adapted:
    use_one_thread()
    seed = stored.origin["seed"]
    return adapt_network(stored.network, source=source, target=target, config=config, seed=seed)


def _scores(
    models: list[StoredModel], data: LabelledInputs, *, name: str, workers: int
) -> SeedSummary:
    predictions = predict_seeds(models, data=data, name=name, workers=workers)
    labels = data.labels.numpy()
    scores = summarise(labels, predictions.probabilities, classes=CLASSES, split="test")
    return cast("SeedSummary", scores)


def count_pseudo_labels(
    pseudo_labels: np.ndarray, *, labels: np.ndarray
) -> dict[str, PseudoLabels]:
    """Count the confident pseudo-labels of each class, and how many are correct.

    The second is known only in hindsight: nothing that was adapted has seen `labels`.

    Args:
        pseudo_labels: (n_seeds, n_beats), UNLABELLED where the vote was not confident.
        labels: (n_beats,).

    Returns:
        Class -> {"confident", "right_after_the_fact"}, numbers of beats, means over the seeds.
    """
    return {
        name: {
            "confident": float((pseudo_labels == index).sum(axis=1).mean()),
            "right_after_the_fact": float(
                ((pseudo_labels == index) & (labels == index)).sum(axis=1).mean()
            ),
        }
        for index, name in enumerate(CLASSES)
    }

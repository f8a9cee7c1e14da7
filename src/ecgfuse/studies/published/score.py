"""The score stage: all four checkpoints of every network on DS2."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import torch
from tqdm import tqdm

from ecgfuse.classes import CLASSES
from ecgfuse.engine.device import Precision, uses_bf16
from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.evaluate.metrics import Scores, score
from ecgfuse.pipeline.results import write_results
from ecgfuse.studies.published.config import PublishedConfig
from ecgfuse.studies.published.data import load_published
from ecgfuse.studies.published.results import RowResults, summarise_seeds
from ecgfuse.studies.published.rows import ROWS
from ecgfuse.studies.published.train import Task, load_trained, plan, run_name, run_names
from ecgfuse.studies.published.training import RULES, predict

HEADLINE = ("*.validated.macro_f1", "*.validated.macro_auprc", "*.validated_sd.macro_f1")


def score_all(
    config: PublishedConfig,
    *,
    prepared: Path,
    trained: Path,
    workers: int,
    results: Path,
    metrics: Path,
) -> None:
    """Score all networks on DS2.

    Args:
        prepared: output folder of `prepare`; of it, test/ is read.
        trained: output folder of `train_all`.
        workers: networks scored in parallel; results do not depend on it.
        results: JSON, by name of the row, as `RowResults`.
        metrics: JSON of the headline.

    Raises:
        ValueError: a file is missing, or a class has no beat.
    """
    tasks = plan(config)
    run = partial(score_one, prepared=prepared, trained=trained, precision=config.precision)
    with process_pool(workers) as pool:
        bar = tqdm(pool.map(run, tasks), total=len(tasks), unit="network", disable=None)
        scored = dict(zip(tasks, bar, strict=True))
    found = {name: _row(name, scored) for name in run_names(tasks)}
    write_results(found, results=results, metrics=metrics, headline=HEADLINE)


def score_one(
    task: Task, *, prepared: Path, trained: Path, precision: Precision
) -> dict[str, Scores]:
    """Scores of the checkpoint of each rule on DS2; checkpoints of one epoch are scored once."""
    use_one_thread()
    kept = load_trained(trained / f"{task.name}.pt")
    row = ROWS[task.row]
    beats = load_published(prepared, "test", option=row.option, rr_between=task.rr_between)
    labels, network = beats.labels.numpy(), row.build()
    bf16 = uses_bf16(precision, device=torch.device("cpu"))
    by_epoch: dict[int, Scores] = {}
    for epoch, weights in kept["weights"].items():
        network.load_state_dict(weights)
        by_epoch[epoch] = score(labels, predict(network, beats, bf16=bf16), classes=CLASSES)
    return {
        rule: {**by_epoch[kept["epochs"][rule]], "epoch": kept["epochs"][rule]} for rule in RULES
    }


def _row(name: str, scored: Mapping[Task, dict[str, Scores]]) -> RowResults:
    mine = [t for t in scored if run_name(t.row, full=t.full) == name]
    return summarise_seeds([scored[task] for task in mine])

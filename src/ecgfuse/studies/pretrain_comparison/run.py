"""The pretrain_comparison stage: one fusion from scratch, and from every pretrained backbone."""

import json
import shutil
from collections.abc import Mapping
from functools import partial
from itertools import product
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.classes import CLASSES
from ecgfuse.engine.processes import process_pool
from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.metrics import Scores, summarise
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pipeline.results import write_results
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.pretrain_comparison import draw_pretrain_comparison
from ecgfuse.studies.pretrain_comparison.arms import Arm
from ecgfuse.studies.pretrain_comparison.results import (
    ByBackbone,
    PretrainComparisonResults,
    PretrainedBackbone,
    ProbeScores,
    macro_scores,
)
from ecgfuse.studies.pretrain_comparison.train import (
    PretrainComparisonJob,
    pretrain_arm,
    probe_arm,
    train_and_predict,
)

TRIVIAL = ("mae_if_zero", "nextclip_if_zero", "nextclip_if_repeated", "local_by_chance")
"""Losses of guesses that need no network, for comparison."""


def compare_pretraining(
    job: PretrainComparisonJob,
    *,
    dataset: Path,
    workers: int,
    plots: Path,
    results: Path,
    metrics: Path,
) -> None:
    """Pretrain, probe, train and test every arm.

    Args:
        dataset: dataset.json of the download stage.
        workers: processes; results do not depend on it.
        plots: folder for ENCODER-OBJECTIVE.csv, the losses of every epoch, scores.csv and
            pretrain_comparison.png.
        results: JSON, as `PretrainComparisonResults`.
        metrics: JSON of the headline.

    Raises:
        ValueError: a file is missing, a loss is not finite, or a split lacks a class.
    """
    arms = job.arms
    # The last arms take longest; started first, they leave no core idle at the end.
    pretrained = [arm for arm in reversed(arms) if arm.objective != "none"]
    with process_pool(workers) as pool:
        losses = pool.map(partial(pretrain_arm, job), pretrained)
        bar = tqdm(losses, total=len(pretrained), desc="pretrain", unit="backbone", disable=None)
        histories = dict(reversed(list(zip(pretrained, bar, strict=True))))
        probes = dict(zip(arms, pool.map(partial(probe_arm, job), arms), strict=True))
        tasks = list(product(arms, job.training.train.seeds))
        done = pool.map(partial(train_and_predict, job), *zip(*tasks, strict=True))
        bar = tqdm(done, total=len(tasks), desc="train", unit="network", disable=None)
        probabilities = dict(zip(tasks, bar, strict=True))
    labels = job.training.load("test").labels.numpy()
    scores = {
        arm: summarise(
            labels,
            np.stack([probabilities[arm, seed] for seed in job.training.train.seeds]),
            classes=CLASSES,
        )
        for arm in arms
    }
    origin = json.loads(dataset.read_text())
    # One key is the name of the fusion, which a literal TypedDict cannot have.
    found = cast(
        "PretrainComparisonResults",
        {
            "data": {
                "database": origin["database"],
                "kind": origin["kind"],
                "test_beats": len(labels),
            },
            "seeds": len(job.training.train.seeds),
            job.training.fusion: by_encoder(scores),
            **by_objective(histories, probes),
        },
    )
    table = scores_table(scores, probes=probes)
    with atomic_folder(plots) as folder:
        for arm, history in histories.items():
            write_table(history, folder / f"{arm.name}.csv")
        write_table(table, folder / "scores.csv")
        save_figure(
            draw_pretrain_comparison(table, fusion=job.training.fusion),
            folder / "pretrain_comparison.png",
        )
    fusion = job.training.fusion
    headline = ("data.kind", "seeds", f"{fusion}.*.*.macro_f1")
    write_results(found, results=results, metrics=metrics, headline=headline)
    _remove_checkpoints(job)


def by_encoder(scores: Mapping[Arm, Mapping[str, Scores]]) -> ByBackbone:
    """Encoder -> "scratch" or objective -> mean macro scores on the test patients, sd, ensemble."""
    nested: ByBackbone = {}
    for arm, found in scores.items():
        nested.setdefault(arm.encoder, {})[arm.start] = {
            **macro_scores(found["mean"]),
            "sd": macro_scores(found["sd"]),
            "ensemble": macro_scores(found["ensemble"]),
        }
    return nested


def by_objective(
    histories: Mapping[Arm, pd.DataFrame], probes: Mapping[Arm, ProbeScores]
) -> dict[str, dict[str, PretrainedBackbone]]:
    """Objective -> encoder -> losses at the selected epoch, trivial losses, and probes.

    All are measured on the validation patients. The probe of the encoder with fresh weights is
    included for comparison.
    """
    nested: dict[str, dict[str, PretrainedBackbone]] = {}
    for arm, history in histories.items():
        best = history.iloc[int(history["valid_loss"].to_numpy().argmin())]
        losses = {
            str(name).removeprefix("valid_"): float(best[name])
            for name in history.columns
            if str(name).startswith("valid_")
        }
        nested.setdefault(arm.objective, {})[arm.encoder] = {
            "epoch": int(best["epoch"]),
            "losses": {name: loss for name, loss in losses.items() if name not in TRIVIAL},
            "trivial": {name: loss for name, loss in losses.items() if name in TRIVIAL},
            "probe": probes[arm],
            "probe_of_fresh_weights": probes[Arm(arm.encoder, "none")],
        }
    return nested


def scores_table(
    scores: Mapping[Arm, Mapping[str, Scores]], *, probes: Mapping[Arm, ProbeScores]
) -> pd.DataFrame:
    """One row per arm: encoder, start, mean and sd of macro F1 and AUPRC, AUROC of the probe."""
    rows = [
        {
            "encoder": arm.encoder,
            "start": arm.start,
            **{name: found["mean"][name] for name in ("macro_f1", "macro_auprc")},
            **{f"{name}_sd": found["sd"][name] for name in ("macro_f1", "macro_auprc")},
            "ensemble_macro_f1": found["ensemble"]["macro_f1"],
            "probe_macro_auroc": probes[arm]["macro_auroc"],
        }
        for arm, found in scores.items()
    ]
    return pd.DataFrame(rows)


def _remove_checkpoints(job: PretrainComparisonJob) -> None:
    for arm in job.arms:
        # The training first: the backbone is part of its fingerprint.
        shutil.rmtree(job.training.checkpoints / job.arm(arm).fingerprint(), ignore_errors=True)
        if (backbone := job.backbone(arm)) is not None:
            shutil.rmtree(backbone.parent, ignore_errors=True)

"""The objectives stage: one fusion from scratch, and from every pretrained backbone."""

import json
import shutil
from collections.abc import Mapping
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.figures import save_figure
from ecgfuse.evaluate.metrics import MACRO, Scores, summarise
from ecgfuse.files import atomic_folder
from ecgfuse.objectives.arms import Arm
from ecgfuse.objectives.picture import draw_objectives
from ecgfuse.objectives.train_arms import ObjectivesJob, pretrain_arm, probe_arm, train_and_predict
from ecgfuse.results import write_results
from ecgfuse.workers import process_pool

TRIVIAL = ("mae_if_zero", "nextclip_if_zero", "nextclip_if_repeated", "local_by_chance")
"""Errors of guesses that need no network, beside those of the network."""


def compare_objectives(
    job: ObjectivesJob, *, dataset: Path, workers: int, plots: Path, results: Path, metrics: Path
) -> None:
    """Pretrain, probe, train and test every arm.

    Args:
        dataset: dataset.json of the download stage.
        workers: processes; the result does not depend on them.
        plots: folder; gets ENCODER-OBJECTIVE.csv, the losses of every epoch, scores.csv and
            objectives.png.
        results, metrics: JSON, of everything and of the headline.

    Raises:
        ValueError: a file is missing, a loss is not finite, or a split lacks a class.
    """
    arms = job.arms
    # The last takes longest, and would leave the other cores idle.
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
            labels, np.stack([probabilities[arm, seed] for seed in job.training.train.seeds])
        )
        for arm in arms
    }
    origin = json.loads(dataset.read_text())
    found = {
        "data": {"database": origin["database"], "kind": origin["kind"], "test_beats": len(labels)},
        "seeds": len(job.training.train.seeds),
        job.training.fusion: by_encoder(scores),
        **by_objective(histories, probes),
    }
    table = scores_table(scores, probes=probes)
    with atomic_folder(plots) as folder:
        for arm, history in histories.items():
            write_table(history, folder / f"{arm.name}.csv")
        write_table(table, folder / "scores.csv")
        save_figure(draw_objectives(table, fusion=job.training.fusion), folder / "objectives.png")
    fusion = job.training.fusion
    headline = ("data.kind", "seeds", f"{fusion}.*.*.macro_f1")
    write_results(found, results=results, metrics=metrics, headline=headline)
    _remove_checkpoints(job)


def by_encoder(scores: Mapping[Arm, Mapping[str, Scores]]) -> dict[str, Any]:
    """Encoder -> "scratch" or objective -> mean macro scores on the test patients, sd, ensemble."""
    nested: dict[str, Any] = {}
    for arm, found in scores.items():
        nested.setdefault(arm.encoder, {})[arm.start] = {
            **{name: found["mean"][name] for name in MACRO},
            "sd": {name: found["sd"][name] for name in MACRO},
            "ensemble": {name: found["ensemble"][name] for name in MACRO},
        }
    return nested


def by_objective(
    histories: Mapping[Arm, pd.DataFrame], probes: Mapping[Arm, Mapping[str, float]]
) -> dict[str, Any]:
    """Objective -> encoder -> losses at the epoch kept, trivial errors beside them, and probes.

    Losses are those on the validation patients. The probe of an encoder with fresh weights stands
    beside that of the pretrained one.
    """
    nested: dict[str, Any] = {}
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
            "probe": dict(probes[arm]),
            "probe_of_fresh_weights": dict(probes[Arm(arm.encoder, "none")]),
        }
    return nested


def scores_table(
    scores: Mapping[Arm, Mapping[str, Scores]], *, probes: Mapping[Arm, Mapping[str, float]]
) -> pd.DataFrame:
    """One row an arm: encoder, start, mean and sd of macro F1 and AUPRC, AUROC of the probe."""
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


def _remove_checkpoints(job: ObjectivesJob) -> None:
    for arm in job.arms:
        # The training first: the backbone is part of its fingerprint.
        shutil.rmtree(job.training.checkpoints / job.arm(arm).fingerprint(), ignore_errors=True)
        if (backbone := job.backbone(arm)) is not None:
            shutil.rmtree(backbone.parent, ignore_errors=True)

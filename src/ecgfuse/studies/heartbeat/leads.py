"""The leads stage: what does a network for lead I, the watch's, gain from training on other leads?

The same beats of PTB-XL are seen through lead I, lead II, or one lead of twelve drawn at random for
each beat, and nothing else differs. All three networks are tested on every lead of new patients.

The label of a beat is that of its recording: all beats of a patient with a diagnosis count as
abnormal, also those that look normal. Scores are not comparable with those of MIT-BIH.
"""

import dataclasses
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import ClassVar, TypedDict

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from tqdm import tqdm

from ecgfuse.datasets.single_beats import SingleBeats, load_single_beats
from ecgfuse.datasets.splits import SPLITS
from ecgfuse.engine.checkpoint import fingerprint
from ecgfuse.engine.processes import process_pool
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.results import PairedDifference
from ecgfuse.models.single_beat import SingleBeatName
from ecgfuse.pipeline.files import write_json
from ecgfuse.pipeline.params import require, require_seeds
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.lead_scores import draw_lead_scores
from ecgfuse.studies.heartbeat.binary_draws import (
    NetworkScores,
    differences,
    draw_patients,
    drawn_scores,
    network_scores,
)
from ecgfuse.studies.heartbeat.fit_and_predict import Predicted, as_examples, fit_and_predict
from ecgfuse.studies.heartbeat.seen_through import TRAINED_ON, TrainedOn, seen_through
from ecgfuse.studies.heartbeat.training import FitConfig

REST = "rest"
"""All leads but I and II."""


@dataclass(frozen=True, kw_only=True)
class LeadsConfig:
    """What is trained."""

    group: ClassVar[str] = "leads"

    network: SingleBeatName
    """The network, the same for all leads."""
    seeds: tuple[int, ...]
    """One network per choice of leads and seed."""
    max_epochs: int
    """Epochs at most, in place of fit.max_epochs."""

    def __post_init__(self) -> None:
        require_seeds(self.seeds, field="leads.seeds")
        require(
            self.max_epochs >= 1,
            field="leads.max_epochs",
            value=self.max_epochs,
            cure="must be 1 or more",
        )


class LeadsData(TypedDict):
    """What was trained and tested on; beats are counted once, not once per lead."""

    train_beats: int
    train_patients: int
    valid_beats: int
    test_beats: int
    test_abnormal: int
    test_patients: int


class LeadsResults(TypedDict):
    """results/leads.json."""

    data: LeadsData
    draws: int
    epochs: dict[str, float]
    """Trained on -> mean over the seeds until early stopping."""
    scores: dict[str, dict[str, NetworkScores]]
    """Trained on II, I or all -> tested on I, II, the rest together, and every lead."""
    differences: dict[str, dict[str, dict[str, PairedDifference]]]
    """"A_vs_B" -> tested on -> score -> trained on A minus trained on B."""


@dataclass(frozen=True, kw_only=True)
class _Task:
    trained_on: TrainedOn
    seed: int


def compare_leads(
    config: LeadsConfig,
    *,
    training: FitConfig,
    evaluation: EvaluateConfig,
    beats: Path,
    checkpoints: Path,
    workers: int,
    results: Path,
    figure: Path,
) -> None:
    """Train on lead II, lead I and all leads, and test each network on every lead.

    Args:
        training: `config` replaces its largest number of epochs.
        beats: folder with train/, valid/ and test/.
        checkpoints: folder for the checkpoints of an interrupted run.
        workers: trainings in parallel; results do not depend on it.
        results: JSON, as `LeadsResults`.
        figure: PNG of the scores by lead.

    Raises:
        ValueError: a file is missing, or a training failed.
    """
    training = dataclasses.replace(training, max_epochs=config.max_epochs)
    tasks = [_Task(trained_on=on, seed=seed) for on, seed in product(TRAINED_ON, config.seeds)]
    settings = {"leads": dataclasses.asdict(config), "fit": dataclasses.asdict(training)}
    files = sorted(path for split in ("train", "valid") for path in (beats / split).iterdir())
    folder = checkpoints / "heartbeat" / fingerprint(settings, files=files)
    run = partial(_run, config=config, training=training, beats=beats, checkpoints=folder)
    with process_pool(workers) as pool:
        bar = tqdm(pool.map(run, tasks), total=len(tasks), unit="training", disable=None)
        predicted = dict(zip(tasks, bar, strict=True))
    by_leads = {
        on: [predicted[_Task(trained_on=on, seed=seed)] for seed in config.seeds]
        for on in TRAINED_ON
    }
    scores, compared, n_draws = _score(
        {on: [one.p_abnormal for one in found] for on, found in by_leads.items()},
        test=load_single_beats(beats / "test"),
        evaluation=evaluation,
    )
    found: LeadsResults = {
        "data": _describe({split: load_single_beats(beats / split) for split in SPLITS}),
        "draws": n_draws,
        "epochs": {on: float(np.mean([one.epochs for one in of])) for on, of in by_leads.items()},
        "scores": scores,
        "differences": compared,
    }
    write_json(found, results)
    save_figure(_draw(found), figure)
    shutil.rmtree(folder, ignore_errors=True)


def _run(
    task: _Task, *, config: LeadsConfig, training: FitConfig, beats: Path, checkpoints: Path
) -> Predicted:
    """One training, in a process of the pool."""
    train, valid = (
        seen_through(
            load_single_beats(beats / split),
            task.trained_on,
            rng=np.random.default_rng([task.seed, number]),
        )
        for number, split in enumerate(("train", "valid"))
    )
    return fit_and_predict(
        config.network,
        train=as_examples(train),
        valid=as_examples(valid),
        test=load_single_beats(beats / "test").ecg,
        config=training,
        seed=task.seed,
        checkpoint=checkpoints / f"{task.trained_on}-{task.seed}.pt",
    )


def _tested_on(test: SingleBeats) -> Iterator[tuple[str, np.ndarray]]:
    """Leads I and II, the rest together, and each of the rest: name, and which beats."""
    leads = test.leads
    yield from (("I", leads == "I"), ("II", leads == "II"))
    rest = ~np.isin(leads, ("I", "II"))
    yield REST, rest
    for lead in dict.fromkeys(leads[rest].tolist()):
        yield lead, leads == lead


def _score(
    by_leads: Mapping[TrainedOn, Sequence[np.ndarray]],
    *,
    test: SingleBeats,
    evaluation: EvaluateConfig,
) -> tuple[
    dict[str, dict[str, NetworkScores]], dict[str, dict[str, dict[str, PairedDifference]]], int
]:
    """Scores, paired differences, and the number of draws of patients.

    Args:
        by_leads: trained on -> of each seed, the probabilities of all test beats.
    """
    scores: dict[str, dict[str, NetworkScores]] = {on: {} for on in by_leads}
    pairs = [(one, other) for other, one in combinations(by_leads, 2)]
    compared: dict[str, dict[str, dict[str, PairedDifference]]] = {
        f"{one}_vs_{other}": {} for one, other in pairs
    }
    n_draws = 0
    for tested, mask in _tested_on(test):
        abnormal = test.abnormal[mask]
        resamples = draw_patients(
            test.patients[mask],
            abnormal,
            n_draws=evaluation.bootstrap,
            rng=np.random.default_rng(evaluation.bootstrap_seed),
        )
        n_draws = len(resamples)
        rng = np.random.default_rng(evaluation.bootstrap_seed)
        drawn = {}
        for on, by_seed in by_leads.items():
            seen = [p_abnormal[mask] for p_abnormal in by_seed]
            drawn[on] = drawn_scores(abnormal, seen, resamples=resamples, rng=rng)
            scores[on][tested] = network_scores(abnormal, seen, drawn=drawn[on])
        for one, other in pairs:
            compared[f"{one}_vs_{other}"][tested] = differences(drawn[one], drawn[other])
    return scores, compared, n_draws


def _describe(splits: Mapping[str, SingleBeats]) -> LeadsData:
    once = {split: beats.at(beats.leads == "II") for split, beats in splits.items()}
    return {
        "train_beats": len(once["train"]),
        "train_patients": len(np.unique(once["train"].patients)),
        "valid_beats": len(once["valid"]),
        "test_beats": len(once["test"]),
        "test_abnormal": int(once["test"].abnormal.sum()),
        "test_patients": len(np.unique(once["test"].patients)),
    }


def _draw(found: LeadsResults) -> Figure:
    """F1 and ROC AUC by lead that was tested."""
    rows = [
        {"trained_on": on, "tested_on": tested, "score": score, "mean": of["mean"][score]}
        | of["interval"][score]
        for on, by_tested in found["scores"].items()
        for tested, of in by_tested.items()
        for score in ("f1", "roc_auc")
    ]
    return draw_lead_scores(pd.DataFrame(rows))

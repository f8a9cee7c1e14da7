"""The leads stage: what does a network for lead I, the watch's, gain from training on other leads?

The same beats of PTB-XL are seen through lead I, lead II, or one lead of twelve drawn at random for
each beat, and nothing else differs. All three networks are tested on every lead of new patients.

The label of a beat is that of its recording: all beats of a patient with a diagnosis count as
abnormal, also those that look normal. Scores are not comparable with those of MIT-BIH.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from pathlib import Path
from typing import ClassVar, TypedDict

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ecgfuse.datasets.single_beats import SingleBeats, load_single_beats
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
from ecgfuse.studies.heartbeat.fit_and_predict import (
    Predicted,
    as_examples,
    fit_and_predict,
    train_all,
)
from ecgfuse.studies.heartbeat.seen_through import TRAINED_ON, TrainedOn, train_and_valid
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
    """As many normal as abnormal ones, of those that all leads have; each seed draws others."""
    train_patients: int
    """Of the first seed."""
    valid_beats: int
    """As train_beats."""
    test_beats: int
    """Of lead II, all of them; another lead may lack some."""
    test_abnormal: int
    test_patients: int


class LeadsResults(TypedDict):
    """results/leads.json."""

    data: LeadsData
    draws: int
    kept_epoch: dict[str, float]
    """Trained on -> the epoch of the lowest validation loss, which is kept; mean over the seeds."""
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
        training: `config` replaces its largest number of epochs; training may stop earlier.
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
    with train_all(
        tasks,
        partial(_run, config=config, training=training, beats=beats),
        settings={"leads": dataclasses.asdict(config), "fit": dataclasses.asdict(training)},
        beats=beats,
        checkpoints=checkpoints,
        workers=workers,
    ) as done:
        found = _results(done, config=config, evaluation=evaluation, beats=beats)
        write_json(found, results)
        save_figure(_draw(found), figure)


def _run(
    task: _Task, *, config: LeadsConfig, training: FitConfig, beats: Path, folder: Path
) -> Predicted:
    """One training, in a process of the pool."""
    train, valid = train_and_valid(beats, leads=task.trained_on, seed=task.seed)
    return fit_and_predict(
        config.network,
        train=as_examples(train),
        valid=as_examples(valid),
        test=load_single_beats(beats / "test").ecg,
        config=training,
        seed=task.seed,
        checkpoint=folder / f"{task.trained_on}-{task.seed}.pt",
    )


def _results(
    done: Mapping[_Task, Predicted], *, config: LeadsConfig, evaluation: EvaluateConfig, beats: Path
) -> LeadsResults:
    test = load_single_beats(beats / "test")
    by_leads = {
        on: [done[_Task(trained_on=on, seed=seed)] for seed in config.seeds] for on in TRAINED_ON
    }
    scores, compared, n_draws = _score(by_leads, test=test, evaluation=evaluation)
    train, valid = train_and_valid(beats, leads=TRAINED_ON[0], seed=config.seeds[0])
    return {
        "data": _describe(train, valid, test),
        "draws": n_draws,
        "kept_epoch": {
            on: float(np.mean([one.epoch for one in found])) for on, found in by_leads.items()
        },
        "scores": scores,
        "differences": compared,
    }


def _tested_on(test: SingleBeats) -> Iterator[tuple[str, np.ndarray]]:
    """Leads I and II, the rest together, and each of the rest: name, and which beats."""
    leads = test.leads
    yield from (("I", leads == "I"), ("II", leads == "II"))
    rest = ~np.isin(leads, ("I", "II"))
    yield REST, rest
    for lead in dict.fromkeys(leads[rest].tolist()):
        yield lead, leads == lead


def _score(
    by_leads: Mapping[TrainedOn, Sequence[Predicted]],
    *,
    test: SingleBeats,
    evaluation: EvaluateConfig,
) -> tuple[
    dict[str, dict[str, NetworkScores]], dict[str, dict[str, dict[str, PairedDifference]]], int
]:
    """Scores, paired differences, and the number of draws of patients.

    Args:
        by_leads: trained on -> what each seed predicted of all test beats.
    """
    scores: dict[str, dict[str, NetworkScores]] = {on: {} for on in by_leads}
    pairs = [(one, other) for other, one in combinations(by_leads, 2)]
    compared: dict[str, dict[str, dict[str, PairedDifference]]] = {
        f"{one}_vs_{other}": {} for one, other in pairs
    }
    n_draws = 0
    for tested, mask in _tested_on(test):
        abnormal = test.abnormal[mask]
        # Begins anew for every lead, so that all have the same draws of patients.
        rng = np.random.default_rng(evaluation.bootstrap_seed)
        resamples = draw_patients(
            test.patients[mask], abnormal, n_draws=evaluation.bootstrap, rng=rng
        )
        n_draws = len(resamples)
        drawn = {}
        for on, found in by_leads.items():
            seen = [one.p_abnormal[mask] for one in found]
            drawn[on] = drawn_scores(abnormal, seen, resamples=resamples, rng=rng)
            scores[on][tested] = network_scores(abnormal, seen, drawn=drawn[on])
        for one, other in pairs:
            compared[f"{one}_vs_{other}"][tested] = differences(drawn[one], drawn[other])
    return scores, compared, n_draws


def _describe(train: SingleBeats, valid: SingleBeats, test: SingleBeats) -> LeadsData:
    once = test.at(test.leads == "II")
    return {
        "train_beats": len(train),
        "train_patients": len(np.unique(train.patients)),
        "valid_beats": len(valid),
        "test_beats": len(once),
        "test_abnormal": int(once.abnormal.sum()),
        "test_patients": len(np.unique(once.patients)),
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

"""The leads stage: W2V+CMSC+RLM on fewer leads, with and without random lead masking."""

import dataclasses
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from tqdm import tqdm

from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pipeline.params import require
from ecgfuse.pipeline.results import write_results
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.studies.ssl12.classifier import WindowClassifier
from ecgfuse.studies.ssl12.config import FineTuneConfig, LeadsConfig, LeadSet
from ecgfuse.studies.ssl12.data import TASKS, Recordings, window_shape
from ecgfuse.studies.ssl12.encoders import fresh_encoder
from ecgfuse.studies.ssl12.fine_tune import (
    labelled_splits,
    load_pretrained,
    mean_over_seeds,
    train_and_score,
)
from ecgfuse.studies.ssl12.identify import gallery_and_probes, rank_1, train_identities
from ecgfuse.studies.ssl12.pretrain import pretrain_windows, pretraining_name
from ecgfuse.studies.ssl12.results import LeadScores, LeadsResults

Recipe = Literal[
    "scratch",
    "pretrained_on_12_with_lead_masking",
    "pretrained_on_12_without_lead_masking",
    "pretrained_on_same_set_with_lead_masking",
    "pretrained_on_same_set_without_lead_masking",
]


@dataclass(frozen=True, kw_only=True)
class LeadsJob:
    """Inputs and parameters of the lead experiments."""

    pretrain: PretrainConfig
    """With the objective w2v_cmsc_rlm. Recipes without lead masking set lead_masking to 0; epochs
    are those of `leads`."""
    fine_tune: FineTuneConfig
    leads: LeadsConfig
    fs: float
    """Sampling rate of the windows, in Hz."""
    windows: Path
    """Output folder of `prepare`."""
    checkpoints: Path
    """Folder for checkpoints; not among the outputs of the stage."""

    def __post_init__(self) -> None:
        require(
            self.pretrain.lead_masking > 0,
            field="pretrain.lead_masking",
            value=self.pretrain.lead_masking,
            cure="must be above 0 here: recipes with and without it are compared",
        )

    def checkpoint(self, start: "Start") -> Path:
        """Checkpoint of a pretraining, kept until the stage is done."""
        name = pretraining_name(start.config(self), fs=self.fs, windows=self.windows)
        return self.checkpoints / f"{name}-{start.leads}" / "pretrain.pt"


@dataclass(frozen=True)
class Start:
    """One pretraining."""

    leads: LeadSet
    masks_leads: bool

    @classmethod
    def of(cls, recipe: Recipe, leads: LeadSet) -> "Start | None":
        """The pretraining that a recipe starts from on a set of leads; None is from scratch."""
        if recipe == "scratch":
            return None
        masks_leads = recipe.endswith("with_lead_masking")
        return cls("12" if "on_12" in recipe else leads, masks_leads)

    def config(self, job: "LeadsJob") -> PretrainConfig:
        """The parameters of this pretraining."""
        masking = job.pretrain.lead_masking if self.masks_leads else 0.0
        return dataclasses.replace(
            job.pretrain, lead_masking=masking, epochs=job.leads.pretrain_epochs
        )


def lead_experiments(job: LeadsJob, *, workers: int, results: Path, metrics: Path) -> None:
    """Pretrain, fine-tune and identify, for every recipe and set of leads.

    Args:
        workers: processes; results do not depend on it.
        results: JSON, as `LeadsResults`.
        metrics: JSON of the headline.

    Raises:
        ValueError: as `classify`, or identification lacks patients.
    """
    gallery_and_probes(Recordings.load(job.windows).split("identify").table)  # fail early
    rows = {
        (recipe, leads): (Start.of(recipe, leads), leads)
        for recipe in get_args(Recipe)
        for leads in job.leads.sets
    }
    runs = list(dict.fromkeys(rows.values()))  # on 12 leads some recipes have the same run
    starts = list(dict.fromkeys(start for start, _ in runs if start is not None))
    with process_pool(workers) as pool:
        done = pool.map(partial(_pretrain, job), starts)
        list(tqdm(done, total=len(starts), desc="pretrain", unit="encoder", disable=None))
        done_runs = pool.map(partial(_run, job), *zip(*runs, strict=True))
        bar = tqdm(done_runs, total=len(runs), desc="lead sets", unit="row", disable=None)
        scores = dict(zip(runs, bar, strict=True))
    result: LeadsResults = {
        recipe: {leads: scores[rows[recipe, leads]] for leads in job.leads.sets}
        for recipe in get_args(Recipe)
    }
    headline = [f"*.{leads}.macro_auroc" for leads in (job.leads.sets[0], job.leads.sets[-1])]
    write_results(result, results=results, metrics=metrics, headline=headline)
    for start in starts:
        shutil.rmtree(job.checkpoint(start).parent, ignore_errors=True)


def _pretrain(job: LeadsJob, start: Start) -> None:
    """One pretraining, in a process of the pool; the checkpoint is its result."""
    use_one_thread()
    _encoder_weights(job, start)


def _encoder_weights(job: LeadsJob, start: Start) -> dict[str, torch.Tensor]:
    """Weights of a pretrained encoder, from its checkpoint if pretraining is done."""
    recordings = Recordings.load(job.windows, leads=start.leads)
    train, valid = (recordings.split(name).windows() for name in ("train", "valid"))
    trained = pretrain_windows(
        train,
        valid=valid,
        config=start.config(job),
        fs=job.fs,
        checkpoint=job.checkpoint(start),
    )
    return trained.encoder


def _run(job: LeadsJob, start: Start | None, leads: LeadSet) -> LeadScores:
    """One row of the table, in a process of the pool."""
    use_one_thread()
    recordings = Recordings.load(job.windows, leads=leads)
    weights = None if start is None else _encoder_weights(job, start)

    def encoder(seed: int) -> Wav2VecEncoder:
        torch.manual_seed(seed)
        shape = window_shape(recordings.signal, fs=job.fs)
        fresh = fresh_encoder("wav2vec", size=job.pretrain.size, shape=shape)
        assert isinstance(fresh, Wav2VecEncoder)
        if weights is not None:
            load_pretrained(fresh, weights)
        return fresh

    splits = labelled_splits(recordings, task="diagnosis")
    scores = [
        train_and_score(
            WindowClassifier(encoder(seed), n_classes=len(TASKS["diagnosis"])),
            splits,
            task="diagnosis",
            config=job.fine_tune,
            learning_rate=job.fine_tune.learning_rate,
            seed=seed,
        )
        for seed in job.leads.seeds
    ]
    ranks = [_identify(encoder(seed), recordings, job=job, seed=seed) for seed in job.leads.seeds]
    gallery, _ = gallery_and_probes(recordings.split("identify").table)
    return {
        **mean_over_seeds(scores),
        "identification": {
            "rank1": float(np.mean(ranks)),
            "rank1_sd": float(np.std(ranks, ddof=1)) if ranks[1:] else 0.0,
            "patients": len(gallery),
        },
    }


def _identify(
    encoder: Wav2VecEncoder, recordings: Recordings, *, job: LeadsJob, seed: int
) -> float:
    """Rank-1 accuracy on patients with several recordings, none of whom was trained on."""
    train_identities(
        encoder,
        recordings.split("train").signal,
        config=job.leads,
        precision=job.fine_tune.precision,
        seed=seed,
    )
    unseen = recordings.split("identify")
    return rank_1(encoder, unseen.signal, table=unseen.table)

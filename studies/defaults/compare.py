"""Compare settings on patients held out within DS1: the grounds for the defaults of params.yaml.

    PYTHONPATH=src python studies/defaults/compare.py

Each setting is trained on four fifths of the 22 patients of DS1 and predicts the rest, five times,
so that every patient is predicted once by a network that never saw them. DS2 is not read. All
settings are run with the first seed, then all with the next. Results are added to folds.csv beside
this file, and what is there already is not run again, so the comparison can be stopped at any time.
"""

import dataclasses
import itertools
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from ecgfuse.datasets.beats import BeatSet
from ecgfuse.datasets.fusions import Fusion, uses_attention
from ecgfuse.datasets.inputs import Inputs, LabelledInputs, label_inputs
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.metrics import score
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.models.store import NetworkSpec
from ecgfuse.params import build_config, load_params
from ecgfuse.preprocess.beats import cut_beats, join_beats
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.records.reader import read_record
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import split_rr
from ecgfuse.stage import run_stage
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.folds import patient_folds, predict_fold
from ecgfuse.workers import n_workers

RESULTS = Path(__file__).with_name("folds.csv")
N_FOLDS, SEEDS = 5, (1, 2, 3)
BEAT, ITS_DIFFERENCE = "interval", "interval_difference"

Changes = dict[str, dict[str, Any]]
"""Group -> key -> value, where a setting differs from params.yaml."""

SETTINGS: dict[str, tuple[Fusion, Changes]] = {
    "default, hybrid": ("hybrid", {}),
    "median without early beats": ("hybrid", {"preprocess": {"reference_from": "not_early"}}),
    "the beat alone": ("hybrid", {"preprocess": {"rows": [BEAT]}}),
    "beat and difference": ("hybrid", {"preprocess": {"rows": [BEAT, ITS_DIFFERENCE]}}),
    "beat and median": ("hybrid", {"preprocess": {"rows": [BEAT, "interval_reference"]}}),
    "default, early": ("early", {}),
    "default, late": ("late", {}),
    "pooled key and value": ("hybrid", {"fusion": {"key_value": "pooled"}}),
    "absolute RR features": ("hybrid", {"rr": {"features": "absolute"}}),
    "causal median and RR": (
        "hybrid",
        {"preprocess": {"reference": "causal"}, "rr": {"causal": True}},
    ),
    "gate half open": ("hybrid", {"fusion": {"alpha_init": 0.0}}),
    "one epoch": ("hybrid", {"train": {"epochs": 1}}),
    "no baseline removal": ("hybrid", {"preprocess": {"baseline": "none"}}),
    "local mean of 32 beats": ("hybrid", {"rr": {"local_beats": 32}}),
    "no class weights": ("hybrid", {"train": {"class_weights": "none"}}),
    "inverse class weights": ("hybrid", {"train": {"class_weights": "inverse"}}),
}


def main() -> None:
    """Run what is missing, and add its row."""
    nothing = pd.DataFrame({"setting": [], "seed": []})
    done = pd.read_csv(RESULTS) if RESULTS.is_file() else nothing
    for seed, (name, (fusion, changes)) in itertools.product(SEEDS, SETTINGS.items()):
        if ((done["setting"] == name) & (done["seed"] == seed)).any():
            continue
        scores = run_setting(fusion, changes, seed=seed)
        row = pd.DataFrame([{"setting": name, "seed": seed, "fusion": fusion, **scores}])
        done = pd.concat([done, row], ignore_index=True)
        write_table(done, RESULTS)
        print(row.to_string(index=False), flush=True)


def run_setting(fusion: Fusion, changes: Changes, *, seed: int) -> dict[str, float]:
    """Scores over all patients of DS1, each predicted by a network that never saw them."""
    beats = read_ds1(changed(PreprocessConfig, changes))
    rr = split_rr(beats.annotated, config=changed(RRConfig, changes))
    inputs = Inputs(*map(torch.from_numpy, (beats.ecg, rr.ratios, rr.features)))
    data = label_inputs(inputs, beats=beats)
    spec = NetworkSpec.for_beats(
        inputs.ecg,
        fusion=fusion,
        model=changed(ModelConfig, changes),
        attention=changed(FusionConfig, changes) if uses_attention(fusion) else None,
    )
    folds = patient_folds(beats.records, beats.labels, n_folds=N_FOLDS)
    masks = [np.isin(beats.records, fold) for fold in folds]
    train, augment = changed(TrainConfig, changes), changed(AugmentConfig, changes)
    predict = partial(_predict, spec, data, train, augment, seed)
    probabilities = np.zeros((len(data), 4))
    with ProcessPoolExecutor(n_workers(N_FOLDS), mp_context=get_context("spawn")) as pool:
        for mask, of_fold in zip(masks, pool.map(predict, masks), strict=True):
            probabilities[mask] = of_fold
    scores = score(beats.labels, probabilities, split="train and split.valid")
    return {
        "macro_f1": scores["macro_f1"],
        "macro_auprc": scores["macro_auprc"],
        **{f"{metric}_{c}": scores[c][metric] for metric in ("f1", "auprc") for c in "SVF"},
    }


def _predict(
    spec: NetworkSpec,
    data: LabelledInputs,
    config: TrainConfig,
    augment: AugmentConfig,
    seed: int,
    held_out: np.ndarray,
) -> np.ndarray:
    return predict_fold(
        spec, data=data, held_out=held_out, config=config, augment=augment, seed=seed
    )


def changed(config: Any, changes: Changes) -> Any:
    """A group of params.yaml with the changes of a setting."""
    values = dataclasses.asdict(load_params(config)) | changes.get(config.group, {})
    return build_config(config, values)


def read_ds1(config: PreprocessConfig) -> BeatSet:
    """Beats of the training and the validation records."""
    split = load_params(SplitConfig)
    database = Path("data/raw") / load_params(DataConfig).database
    records = [
        read_record(database / name, leads=config.leads, fs=config.fs)
        for name in (*split.train, *split.valid)
    ]
    return join_beats([cut_beats(record, config=config) for record in records])


if __name__ == "__main__":
    run_stage(main)

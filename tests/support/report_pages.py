"""Arguments of `build_page` from random predictions, and the text of a page."""

import copy
import html
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import study_results
from small_networks import no_morphology, spec_of

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import BeatSet
from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.evaluate.by_record import error_table
from ecgfuse.evaluate.collect import collect_results
from ecgfuse.evaluate.comparison import compare_networks
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.metrics import score_by_record
from ecgfuse.evaluate.prediction_files import Predictions, SeedPredictions
from ecgfuse.report import published
from ecgfuse.report.page import build_page
from ecgfuse.train.trained_model import COMPARED, TrainedModel

SPLITS = {"train": ["101", "201"], "valid": ["114"], "test": list(published.DS2)}
CONFIG = EvaluateConfig(curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=15)
BEATS = (20, 3, 4, 2)
"""Per record and class."""


@cache
def fusion_of(
    *, seed: int, skill: float, n_seeds: int, names: tuple[str, ...]
) -> tuple[dict[str, Any], pd.DataFrame, SeedPredictions]:
    """Results, table of records and random predictions; more skill gives better ones."""
    labels = np.tile(np.repeat(range(4), BEATS), len(names))
    record = np.repeat(names, sum(BEATS))
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(n_seeds, len(labels), 4)) + skill * np.eye(4)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    predicted = probabilities.mean(axis=0).argmax(axis=1)
    table = score_by_record(record, labels, predicted, classes=CLASSES)
    annotated = pd.DataFrame({"record": record, "label": labels, "used": 1})
    ecg = np.zeros((len(labels), 1, 1))
    beats = BeatSet(ecg=ecg, morphology=no_morphology(len(labels)), annotated=annotated)
    predictions = Predictions(probabilities=probabilities, attention=None)
    results: dict[str, Any] = {
        **collect_results(
            {"test": beats, "valid": beats},
            {"test": predictions, "valid": predictions},
            by_record=table,
            dataset={"database": "mitdb", "kind": "real"},
            config=CONFIG,
        )
    }
    results["data"]["dropped_beats"] = {"first": 22, "Q": 7}
    results["valid"] |= {"macro_f1": 0.8125, "macro_auprc": 0.75}
    return results, table, SeedPredictions(record, labels, probabilities)


@cache
def comparison_of(*, n_seeds: int, names: tuple[str, ...]) -> dict[str, Any]:
    tested = {name: _network(name, n_seeds=n_seeds, names=names)[2] for name in COMPARED}
    specs = {name: spec_of(TrainedModel(name).fusion) for name in COMPARED}
    return dict(compare_networks(tested, specs=specs, database="mitdb", n_draws=100, seed=1))


def _network(
    name: str, *, n_seeds: int, names: tuple[str, ...]
) -> tuple[dict[str, Any], pd.DataFrame, SeedPredictions]:
    """Hybrid fusion is best, RR alone is worst."""
    skill = {"rr": 0.8, "early": 1.5, "hybrid": 2.5}.get(name, 2.0)
    return fusion_of(seed=COMPARED.index(name), skill=skill, n_seeds=n_seeds, names=names)


def arguments_of(
    folder: Path,
    *,
    kind: str = "real",
    n_seeds: int = 3,
    names: list[str] = published.DS2,
) -> dict[str, Any]:
    """Arguments of build_page, which a test may change.

    Args:
        folder: for figures.
    """
    data: dict[str, Any] = {"n_seeds": n_seeds, "names": tuple(names)}
    made = {name: copy.deepcopy(_network(name, **data)) for name in COMPARED}
    for results, _, _ in made.values():
        results["data"]["kind"] = kind
    figure = folder / "figure.png"
    figure.write_bytes(study_results.PNG)
    return {
        "results": {name: results for name, (results, _, _) in made.items()},
        "comparison": comparison_of(**data),
        "studies": study_results.studies_in(folder, kind=kind),
        "errors": {
            name: error_table(
                found.records,
                found.labels,
                found.probabilities.mean(axis=0).argmax(axis=1),
                classes=CLASSES,
            )
            for name, (_, _, found) in made.items()
        },
        "by_record": {name: table for name, (_, table, _) in made.items()},
        "figures": {fusion: {"confusion": figure} for fusion in FUSIONS},
        "params": {"split": SPLITS, "train": {"lr": 1e-05}},
    }


def page_of(arguments: dict[str, Any]) -> str:
    return build_page(**arguments)


def text_of(page: str) -> str:
    """The visible text, in one line."""
    visible = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", visible)).split())

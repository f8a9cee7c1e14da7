"""The forest stage: the random forest of Saenz-Cogollo and Agelli on DS2.

It is trained twice: on all of DS1, as published, and on the training records that the networks
have.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.engine.processes import process_pool
from ecgfuse.evaluate.metrics import score
from ecgfuse.pipeline.results import write_results
from ecgfuse.studies.published.beats import LEADS
from ecgfuse.studies.published.config import ForestConfig
from ecgfuse.studies.published.forest_features import ForestBeats, read_forest_beats
from ecgfuse.studies.published.results import VALIDATED_BY, summarise_seeds
from ecgfuse.studies.published.score import HEADLINE


def forest(
    config: ForestConfig,
    *,
    database: Path,
    split: SplitConfig,
    workers: int,
    results: Path,
    metrics: Path,
) -> None:
    """Train the forests and score them on DS2.

    Args:
        database: folder of the WFDB records.
        workers: processes; results do not depend on it.
        results: JSON with "forest" (all of DS1) and "forest_train", as `RowResults`.
        metrics: JSON of the headline.

    Raises:
        ValueError: a record is missing or not usable, or DS2 lacks a class.
    """
    records = split.records()
    names = [name for part in records.values() for name in part]
    with process_pool(workers) as pool:
        read = partial(read_forest_beats, leads=LEADS)
        beats = dict(zip(names, pool.map(read, [database / n for n in names]), strict=True))
    test = _join([beats[name] for name in records["test"]])
    found = {}
    for name, parts in {"forest": ("train", "valid"), "forest_train": ("train",)}.items():
        train = _join([beats[record] for part in parts for record in records[part]])
        scored = []
        for seed in config.seeds:
            probabilities = predict_forest(train, test.features, trees=config.trees, seed=seed)
            scored.append({VALIDATED_BY: score(test.labels, probabilities, classes=CLASSES)})
        found[name] = summarise_seeds(scored)
    write_results(found, results=results, metrics=metrics, headline=HEADLINE)


def predict_forest(
    train: ForestBeats, features: np.ndarray, *, trees: int, seed: int
) -> np.ndarray:
    """Probabilities (n, 4) of beats with features (n, 6)."""
    model = RandomForestClassifier(n_estimators=trees, random_state=seed)
    model.fit(train.features, train.labels)
    probabilities = np.zeros((len(features), len(CLASSES)))
    probabilities[:, model.classes_] = model.predict_proba(features)
    return probabilities


def _join(parts: Sequence[ForestBeats]) -> ForestBeats:
    return ForestBeats(
        features=np.concatenate([part.features for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
    )

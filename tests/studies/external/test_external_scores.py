"""Classes with too few beats are not scored, and their beats count against the others."""

import numpy as np
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.prediction_files import SeedPredictions
from ecgfuse.studies.external.scores import count_classes, score_models

RECORDS = np.repeat(["a", "b", "c", "d"], 6)
LABELS = np.array([CLASSES.index(name) for name in "NNNSVVNNNSSVNNNSVFNNNSVV"])
PERFECT = "NNNSVVNNNSSVNNNSVFNNNSVV"
WRONG = "NNNNVVNNSSSVNNNSVVNNNFVV"
"""Against PERFECT: one S as N, one N as S, the F as V, one S as F."""


def predictions(*by_seed: str) -> SeedPredictions:
    """Certain predictions of each seed, as names of classes."""
    classes = [[CLASSES.index(name) for name in names] for names in by_seed]
    return SeedPredictions(
        records=RECORDS, labels=LABELS, probabilities=np.eye(len(CLASSES))[np.array(classes)]
    )


def scored(reported: str = "NSV", **models: SeedPredictions) -> dict[str, object]:
    return score_models(models, reported=list(reported), n_draws=200, rng=np.random.default_rng(0))


def test_a_class_needs_beats_and_records() -> None:
    counts = count_classes(RECORDS, LABELS, min_beats=2, min_records=2)
    assert counts == {
        "N": {"beats": 12, "records": 4, "reported": True},
        "S": {"beats": 5, "records": 4, "reported": True},
        "V": {"beats": 6, "records": 4, "reported": True},
        "F": {"beats": 1, "records": 1, "reported": False},
    }
    assert not count_classes(RECORDS, LABELS, min_beats=6, min_records=1)["S"]["reported"]
    assert count_classes(RECORDS, LABELS, min_beats=1, min_records=1)["F"]["reported"]


def test_fewer_than_two_classes_are_refused_with_the_counts() -> None:
    with pytest.raises(ValueError, match=r"12 N in 4, 5 S in 4, 6 V in 4, 1 F in 1\).*min_beats"):
        count_classes(RECORDS, LABELS, min_beats=7, min_records=1)


def test_scores_are_those_of_one_class_against_all_others() -> None:
    model = scored(best=predictions(WRONG))["models"]["best"]  # type: ignore[index]
    assert "F" not in model
    # N: 12 beats, 12 called, 11 right. S: 5, 4, 3. V: 6 beats, 7 called, one of them F; 6 right.
    assert model["N"] == pytest.approx({"f1": 22 / 24, "sensitivity": 11 / 12, "ppv": 11 / 12})
    assert model["S"] == pytest.approx({"f1": 6 / 9, "sensitivity": 3 / 5, "ppv": 3 / 4})
    assert model["V"] == pytest.approx({"f1": 12 / 13, "sensitivity": 1, "ppv": 6 / 7})
    assert model["macro_f1"] == pytest.approx((22 / 24 + 6 / 9 + 12 / 13) / 3)


def test_scores_are_means_over_the_seeds() -> None:
    model = scored(late=predictions(PERFECT, WRONG))["models"]["late"]  # type: ignore[index]
    wrong = (22 / 24 + 6 / 9 + 12 / 13) / 3
    assert model["seeds"] == 2
    assert model["macro_f1"] == pytest.approx((1 + wrong) / 2)
    assert model["macro_f1_sd"] == pytest.approx((1 - wrong) / np.sqrt(2))
    assert model["S"]["ppv"] == pytest.approx((1 + 3 / 4) / 2)


def test_intervals_contain_the_score_and_vanish_without_errors() -> None:
    found = scored(one=predictions(PERFECT), other=predictions(WRONG))
    perfect, wrong = found["models"]["one"], found["models"]["other"]  # type: ignore[index]
    assert perfect["ci"]["macro_f1"] == {"low": 1.0, "high": 1.0}
    for name in "NSV":
        for rate, value in wrong[name].items():
            between = wrong["ci"][name][rate]
            assert between["low"] <= value <= between["high"]
    difference = found["differences"]["one_vs_other"]  # type: ignore[index]
    assert difference["difference"]["mean"] > 0
    assert difference["probability_better"] > 0.95
    assert found["draws"] == 200


def test_a_class_that_is_never_predicted_has_scores_of_0() -> None:
    model = scored(best=predictions("N" * 24))["models"]["best"]  # type: ignore[index]
    assert model["V"] == {"f1": 0, "sensitivity": 0, "ppv": 0}
    assert model["N"]["sensitivity"] == 1


def test_models_on_different_beats_are_refused() -> None:
    one = predictions(PERFECT)
    other = SeedPredictions(
        records=RECORDS, labels=LABELS[::-1].copy(), probabilities=one.probabilities
    )
    with pytest.raises(ValueError, match="one, other were not tested on the same beats"):
        scored(one=one, other=other)

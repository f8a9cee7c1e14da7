"""Scores equal those computed by hand."""

import numpy as np
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import headline, nest_headline, score, score_by_record, summarise

LABELS = np.array([0, 0, 0, 0, 1, 1, 2, 2, 3, 3])
PREDICTED = np.array([0, 0, 0, 1, 1, 0, 2, 2, 0, 3])
"""An S and an F are predicted as N, an N as S; correct: N 3 of 4, S 1 of 2, V 2 of 2, F 1 of 2."""

RANKED_LABELS = np.array([1, 0, 1, 2, 3])
RANKED = np.array(
    [
        [0.05, 0.90, 0.03, 0.02],
        [0.10, 0.80, 0.05, 0.05],
        [0.20, 0.70, 0.06, 0.04],
        [0.30, 0.10, 0.50, 0.10],
        [0.40, 0.05, 0.25, 0.30],
    ]
)
"""Sorted by the probability of S, the beats are S N S V F: the two S are first and third."""


def certain(predicted: np.ndarray) -> np.ndarray:
    """Probabilities (n_beats, 4) that are 1 for the predicted class."""
    return np.eye(4)[predicted]


def test_scores_of_a_small_confusion_matrix_equal_those_by_hand() -> None:
    scores = score(LABELS, certain(PREDICTED), classes=CLASSES)
    expected = {
        "N": {"sensitivity": 3 / 4, "ppv": 3 / 5, "f1": 2 / 3, "support": 4},
        "S": {"sensitivity": 1 / 2, "ppv": 1 / 2, "f1": 1 / 2, "support": 2},
        "V": {"sensitivity": 1.0, "ppv": 1.0, "f1": 1.0, "support": 2},
        "F": {"sensitivity": 1 / 2, "ppv": 1.0, "f1": 2 / 3, "support": 2},
    }
    for name, values in expected.items():
        for key, value in values.items():
            assert scores[name][key] == pytest.approx(value), (name, key)
    assert scores["macro_f1"] == pytest.approx((2 / 3 + 1 / 2 + 1 + 2 / 3) / 4)
    assert scores["macro_sensitivity"] == pytest.approx((3 / 4 + 1 / 2 + 1 + 1 / 2) / 4)
    assert scores["accuracy"] == pytest.approx(0.7)


def test_areas_of_a_small_ranking_equal_those_by_hand() -> None:
    scores = score(RANKED_LABELS, RANKED, classes=CLASSES)
    # Average precision: half of the S at precision 1/1, the other half at 2/3.
    assert scores["S"]["auprc"] == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    # Of the six pairs (S, other), only (third, second) is in the wrong order.
    assert scores["S"]["auroc"] == pytest.approx(5 / 6)
    areas = [scores[name]["auprc"] for name in "NSVF"]
    assert scores["macro_auprc"] == pytest.approx(sum(areas) / 4)


def test_probabilities_without_information_score_at_chance() -> None:
    scores = score(LABELS, np.full((10, 4), 0.25), classes=CLASSES)
    assert scores["macro_auroc"] == pytest.approx(0.5)
    for name, support in {"N": 4, "S": 2, "V": 2, "F": 2}.items():
        assert scores[name]["auprc"] == pytest.approx(support / 10)  # the prevalence


def test_class_that_is_never_predicted_scores_zero() -> None:
    scores = score(LABELS, certain(np.zeros_like(LABELS)), classes=CLASSES)
    assert (scores["F"]["ppv"], scores["F"]["f1"]) == (0.0, 0.0)
    assert scores["N"]["sensitivity"] == 1.0


def test_scores_are_plain_numbers_in_dicts() -> None:
    scores = score(LABELS, certain(PREDICTED), classes=CLASSES)
    for value in scores.values():
        if isinstance(value, dict):
            assert {key: type(item) for key, item in value.items()} == {
                "sensitivity": float,
                "ppv": float,
                "f1": float,
                "auprc": float,
                "auroc": float,
                "support": int,
            }
        else:
            assert type(value) is float


def test_class_without_beats_is_refused_with_a_cure() -> None:
    labels = np.array([0, 0, 1, 2])
    with pytest.raises(ValueError, match=r"split valid: .* class F.*add a record .* split\.valid"):
        score(labels, certain(labels), classes=CLASSES, split="valid")


def test_probability_that_is_not_finite_is_refused() -> None:
    probabilities = certain(PREDICTED)
    probabilities[3, 1] = np.nan
    with pytest.raises(ValueError, match=r"split test: .* 1 beats are not finite .* beat 3"):
        score(LABELS, probabilities, classes=CLASSES)


def test_arrays_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(9, 4\), but 10 labels need \(10, 4\)"):
        score(LABELS, certain(PREDICTED)[:-1], classes=CLASSES)


def test_label_outside_the_classes_is_refused() -> None:
    labels = LABELS.copy()
    labels[0] = -1
    with pytest.raises(ValueError, match=r"a label is -1"):
        score(labels, certain(PREDICTED), classes=CLASSES)


def test_summary_has_mean_and_sample_deviation_over_seeds() -> None:
    perfect, constant = certain(LABELS), certain(np.zeros_like(LABELS))
    summary = summarise(LABELS, np.stack([perfect, constant]), classes=CLASSES)
    assert summary["mean"]["S"]["sensitivity"] == pytest.approx(0.5)
    assert summary["sd"]["S"]["sensitivity"] == pytest.approx(np.sqrt(0.5))  # of 1 and 0
    assert summary["mean"]["accuracy"] == pytest.approx((1 + 0.4) / 2)
    assert summary["mean"]["S"]["support"] == 2
    assert "support" not in summary["sd"]["S"]


def test_ensemble_has_the_scores_of_the_mean_probability() -> None:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(4), size=(3, len(LABELS)))
    summary = summarise(LABELS, probabilities, classes=CLASSES)
    assert summary["ensemble"] == score(LABELS, probabilities.mean(axis=0), classes=CLASSES)


@pytest.mark.parametrize(
    "classes", [("normal", "abnormal"), ("N", "S", "V", "F", "Q")], ids=["two", "five"]
)
def test_any_classes_are_scored(classes: tuple[str, ...]) -> None:
    n = len(classes)
    labels = np.tile(np.arange(n), 4)
    predicted = np.where(np.arange(4 * n) < n, 0, labels)  # one beat of each class called the first
    scores = score(labels, np.eye(n)[predicted], classes=classes)
    assert [name for name in scores if isinstance(scores[name], dict)] == list(classes)
    assert scores[classes[-1]]["sensitivity"] == 0.75
    assert scores["macro_sensitivity"] == pytest.approx((1 + 0.75 * (n - 1)) / n)
    table = score_by_record(np.array(["a"] * 4 * n), labels, predicted, classes=classes)
    assert [name for name in table.columns if str(name).startswith("beats_")] == [
        f"beats_{name}" for name in classes
    ]
    nested = nest_headline(headline(scores, classes=classes), classes=classes)
    assert nested[classes[0]] == {"f1": scores[classes[0]]["f1"]}


def test_spread_of_one_seed_is_zero() -> None:
    summary = summarise(LABELS, certain(PREDICTED)[None], classes=CLASSES)
    assert summary["sd"]["macro_f1"] == 0.0
    assert summary["mean"] == summary["ensemble"]


def test_summary_without_seeds_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one seed"):
        summarise(LABELS, np.zeros((0, 10, 4)), classes=CLASSES)


def test_scores_by_record_equal_those_by_hand() -> None:
    records = np.array(["200"] * 6 + ["103"] * 4)
    table = score_by_record(records, LABELS, PREDICTED, classes=CLASSES).set_index("record")
    assert list(table.index) == ["103", "200"]
    first, second = table.loc["103"], table.loc["200"]
    assert (second["beats"], second["correct"]) == (6, 4)
    assert second["accuracy"] == pytest.approx(4 / 6)
    assert (second["beats_N"], second["predicted_N"], second["correct_N"]) == (4, 4, 3)
    assert (second["sensitivity_S"], second["ppv_S"]) == (0.5, 0.5)
    assert np.isnan(second["sensitivity_V"])
    assert (first["sensitivity_F"], first["ppv_F"]) == (0.5, 1.0)
    assert np.isnan(first["sensitivity_S"])
    assert np.isnan(first["ppv_S"])


def test_counts_of_the_records_add_up_to_all_beats() -> None:
    records = np.array(["a", "b"] * 5)
    table = score_by_record(records, LABELS, PREDICTED, classes=CLASSES)
    assert table["beats"].sum() == len(LABELS)
    for column in ("beats", "predicted", "correct"):
        per_class = table[[f"{column}_{name}" for name in "NSVF"]].to_numpy().sum()
        assert per_class == (7 if column == "correct" else 10)


def test_predictions_of_another_number_of_beats_are_refused() -> None:
    with pytest.raises(ValueError, match="each beat needs one of each"):
        score_by_record(np.array(["a"] * 9), LABELS, PREDICTED, classes=CLASSES)

"""Verdicts follow from the numbers before rounding."""

import copy
from typing import Any

import pandas as pd
import pytest
from report_pages import page_of, text_of
from study_results import results_files

from ecgfuse.report.checks import (
    Check,
    check_annotating_model,
    check_annotation,
    check_default,
    check_diagnosis,
    check_identification,
    check_noise,
    check_pretraining,
)


@pytest.mark.parametrize(
    ("value", "relation", "holds"),
    [
        (50.0, ">", False),
        (50.01, ">", True),
        (50.0, ">=", True),
        (49.99, ">=", False),
        (50.0, "<", False),
        (49.99, "<", True),
        (50.0, "<=", True),
        (50.01, "<=", False),
    ],
)
def test_a_claim_holds_by_its_relation(value: float, relation: Any, holds: bool) -> None:
    check = Check(claim="", value=value, relation=relation, reference=50.0, reference_of="")
    assert check.holds == holds


def verdicts(checks: list[Check]) -> list[tuple[float, float, bool]]:
    return [(check.value, check.reference, check.holds) for check in checks]


def test_the_default_is_compared_with_the_best_other_row() -> None:
    table = pd.DataFrame({"row": ["default", "a", "b"], "macro_auprc": [0.5, 0.25, 0.75]})
    assert verdicts(check_default(table, of="rows")) == [(50.0, 75.0, False)]
    assert verdicts(check_default(table[:2], of="rows")) == [(50.0, 25.0, True)]
    assert check_default(table[:1], of="rows") == []


def test_the_annotating_model_is_judged_by_the_validation_patients() -> None:
    models: Any = {name: {"valid": {"macro_f1": f1}} for name, f1 in (("a", 0.5), ("b", 0.25))}
    assert verdicts(check_annotating_model(models, name="a")) == [(50.0, 25.0, True)]
    assert verdicts(check_annotating_model(models, name="b")) == [(25.0, 50.0, False)]
    assert check_annotating_model(models, name="other data") == []


def test_probes_and_losses_are_compared_with_chance_and_trivial_predictions() -> None:
    found = results_files()["pretrain_comparison"]
    checks = check_pretraining(found)
    # Of 5 pretrained backbones; their losses have "mae" alone.
    assert sum(check.reference_of == "chance" for check in checks) == 5
    assert sum(check.reference_of == "predicting zero" for check in checks) == 5
    assert all(check.holds for check in checks)
    found["mae_moco"]["vit"]["losses"]["mae"] = 1.0
    found["mae_moco"]["vit"]["probe"] = {"macro_auroc": 0.5}
    failed = [check for check in check_pretraining(found) if not check.holds]
    assert [(check.of, check.reference_of) for check in failed] == [
        ("MAE-MoCo, vit", "chance"),
        ("MAE-MoCo, vit", "predicting zero"),
    ]


def test_annotation_is_compared_with_pytorch_limits_and_the_detector() -> None:
    files = results_files()
    annotate = copy.deepcopy(files["annotate"])
    labels, *_, nearer = check_annotation(annotate, detectors=files["detectors"])
    assert (labels.value, labels.holds) == (0.0, True)
    assert (nearer.value, nearer.reference, nearer.holds) == (8.3, 22.2, True)
    annotate["onnx"]["best"]["other_labels"] = 1
    annotate["detected"]["standard"]["gross"]["veb"]["se"] += 0.25
    claims = {
        check.claim: check.holds
        for check in check_annotation(annotate, detectors=files["detectors"])
    }
    assert not claims["ONNX Runtime predicts the same class as PyTorch for every test beat"]
    assert not claims["Detection changes the sensitivity for VEB by less than 5 points"]
    assert claims["Detection changes the positive predictivity for VEB by less than 5 points"]


def test_an_undefined_figure_has_no_verdict() -> None:
    files = results_files()
    annotate = copy.deepcopy(files["annotate"])
    annotate["detected"]["within_ms"] = None
    annotate["reference"]["standard"]["gross"]["veb"]["se"] = None
    before = check_annotation(files["annotate"], detectors=files["detectors"])
    after = check_annotation(annotate, detectors=files["detectors"])
    assert len(after) == len(before) - 2


def test_the_strongest_noise_is_compared_with_the_clean_recording() -> None:
    found = results_files()["noise"]
    checks = check_noise(found)
    assert [check.of for check in checks] == ["early fusion", "late fusion", "hybrid fusion"]
    for check, fusion in zip(checks, ("early", "late", "hybrid"), strict=True):
        assert check.value == 100 * found[fusion]["ma"]["-6"]["macro_f1"]
        assert check.reference == 100.0


def test_probes_of_twelve_leads_must_be_two_standard_deviations_above_chance() -> None:
    assert verdicts(check_diagnosis(results_files()["summary"])) == [
        (68.75, 50.0, True),
        (50.0, 50.0, False),
        (68.75, 50.0, True),
    ]


def test_identification_is_judged_by_the_worst_set_of_leads() -> None:
    (check,) = check_identification(results_files()["leads"])
    assert (check.value, check.reference, check.holds) == (25.0, 4.0, True)
    assert check.of == "scratch, worst set: 1 lead"


@pytest.mark.slow
def test_verdicts_are_on_the_page_with_both_numbers(shown: dict[str, Any], text: str) -> None:
    assert "mean less 2 sd over the seeds 50.0 % 50.0 % (chance) no" in text
    assert "scratch, worst set: 1 lead 25.0 % 4.0 % (chance, 25 patients) yes" in text
    assert "% (no-gate, the best of 1 others) yes" in text
    assert "The model that annotates" not in text  # it was not scored on this data
    studies = copy.deepcopy(shown["studies"])
    studies.annotate["model"] = "hybrid"
    text = text_of(page_of({**shown, "studies": studies}))
    assert (
        "on the validation patients hybrid 81.3 % 81.3 % (waveform, the best of 7 others) yes"
        in text
    )

"""Targets are judged by the numbers before rounding; the largest groups of errors come first."""

import dataclasses
from typing import Any

import pandas as pd
from report_pages import page_of, text_of

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import headline_names, nest_headline
from ecgfuse.report.records import largest_losses
from ecgfuse.report.standing import Standing
from ecgfuse.report.verdicts import check_targets


def hybrid_with(value: float, *, ensemble: float, seeds: int = 5) -> dict[str, Any]:
    """Results in which all scores are the same."""
    mean, of_ensemble = (
        {
            **nest_headline(dict.fromkeys(headline_names(CLASSES), number), classes=CLASSES),
            "accuracy": number,
        }
        for number in (value, ensemble)
    )
    return {"seeds": seeds, "test": mean, "test_sd": mean, "test_ensemble": of_ensemble}


def test_every_target_is_judged_by_its_own_score() -> None:
    verdicts = check_targets({"hybrid": hybrid_with(0.75, ensemble=0.7599)})
    assert [(one.title, one.of, one.at_least, one.reached) for one in verdicts] == [
        ("Macro F1", "mean of 5 seeds", 73.0, True),
        ("F1 of S", "mean of 5 seeds", 78.0, False),
        ("F1 of V", "mean of 5 seeds", 93.0, False),
        ("F1 of F", "mean of 5 seeds", 25.0, True),
        ("Macro AUPRC", "mean of 5 seeds", 74.0, True),
        ("Macro AUROC", "mean of 5 seeds", 97.0, False),
        ("Macro F1", "ensemble", 76.0, False),
    ]


def test_a_score_just_below_its_target_misses_it_however_it_is_rounded() -> None:
    first, *_ = check_targets({"hybrid": hybrid_with(0.72999, ensemble=0.8, seeds=1)})
    assert (first.reached, first.of) == (False, "one seed")


def test_without_the_fusion_that_has_targets_there_are_no_verdicts() -> None:
    assert check_targets({"early": hybrid_with(0.9, ensemble=0.9)}) == []


def test_page_shows_reached_and_missed_targets(arguments: dict[str, Any]) -> None:
    results = arguments["results"]["hybrid"]
    results["test"]["V"]["f1"], results["test"]["F"]["f1"] = 0.9301, 0.2499
    text = text_of(page_of(arguments))
    assert "F1 of V mean of 3 seeds 93.00 93.01 reached" in text
    assert "F1 of F mean of 3 seeds 25.00 24.99 missed" in text


ERRORS = pd.DataFrame(
    {
        "record": ["213", "232", "100"],
        "actual": ["F", "S", "N"],
        "predicted": ["N", "N", "S"],
        "beats": [97, 400, 2],
    }
)


def test_largest_losses_come_first_with_their_share_of_the_class() -> None:
    rows = largest_losses(ERRORS, supports={"N": 1000, "S": 1600, "V": 5, "F": 388}, n_rows=2)
    assert rows == [
        {"record": "232", "actual": "S", "predicted": "N", "beats": 400, "share": 0.25},
        {"record": "213", "actual": "F", "predicted": "N", "beats": 97, "share": 0.25},
    ]


def test_page_shows_the_largest_groups_of_errors_of_the_best_fusion(
    shown: dict[str, Any],
) -> None:
    text = text_of(page_of({**shown, "errors": {"hybrid": ERRORS}}))
    share = 100 * 400 / shown["results"]["hybrid"]["test"]["S"]["support"]
    assert f"Record True class Predicted Beats Share 232 S N 400 {share:.1f} 213 F N 97" in text
    without = page_of({**shown, "errors": {"hybrid": ERRORS.iloc[:0]}})
    assert "Largest groups of errors" not in without


def test_model_beside_the_fusions_has_a_row_if_there_is_one(
    shown: dict[str, Any], text: str
) -> None:
    assert "deployable" not in text
    single = {**shown["results"]["late"], "seeds": 1}
    page = page_of(with_networks(shown, best=single))
    assert page.count("Best single deployable model") == 2  # among the dots and in the table
    accuracy = 100 * single["test"]["accuracy"]
    distilled = "hybrid network distilled from the ensembles of all seeds; one seed"
    assert f"{distilled} {accuracy:.1f}" in text_of(page)


def test_model_that_was_tested_on_other_data_is_not_shown_beside_the_fusions(
    shown: dict[str, Any],
) -> None:
    late = shown["results"]["late"]
    other = {**late, "data": {**late["data"], "kind": "synthetic"}}
    assert "deployable" not in text_of(page_of(with_networks(shown, best=other)))


def test_model_of_a_study_that_is_not_current_is_marked(shown: dict[str, Any]) -> None:
    arguments = with_networks(shown, best=shown["results"]["late"])
    changed = Standing(was_run=True, reasons=("fusion changed",))
    standings = {**arguments["studies"].standings, "distill": changed}
    arguments["studies"] = dataclasses.replace(arguments["studies"], standings=standings)
    assert "all seeds; NOT CURRENT; mean" in text_of(page_of(arguments))


def with_networks(arguments: dict[str, Any], **networks: Any) -> dict[str, Any]:
    studies = dataclasses.replace(arguments["studies"], networks=networks)
    return {**arguments, "studies": studies}

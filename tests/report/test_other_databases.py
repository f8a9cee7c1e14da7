"""The page says of another database which classes are scored, and which models differ."""

import dataclasses
from pathlib import Path
from typing import Any

from report_pages import arguments_of, page_of, text_of

from ecgfuse.report.other_databases import Cell, describe_database


def external_results(**kinds: str) -> dict[str, Any]:
    """Results on 52 records with too few F beats; the model late is better than early."""

    def model(f1: float) -> dict[str, Any]:
        interval = {"low": f1 - 0.125, "high": f1 + 0.125}
        rates = {"f1": f1, "sensitivity": 0.5, "ppv": 0.25}
        between = dict.fromkeys(rates, interval)
        return {
            "seeds": 5,
            "macro_f1": f1,
            "macro_f1_sd": 0.0,
            "ci": {"macro_f1": interval, **dict.fromkeys("NSV", between)},
            **dict.fromkeys("NSV", rates),
        }

    def difference(low: float, high: float) -> dict[str, Any]:
        return {
            "probability_better": 0.5,
            "difference": {"mean": (low + high) / 2, "low": low, "high": high},
        }

    return {
        "data": {
            "database": "svdb",
            "kind": kinds.get("kind", "real"),
            "records": 52,
            "uncalibrated_records": 24,
            "beats": 9000,
            "unused_beats": 104,
            "left_out_beats": 1,
        },
        "rule": "classes with 100 beats in 5 records",
        "classes": {
            "N": {"beats": 8000, "records": 52, "reported": True},
            "S": {"beats": 500, "records": 50, "reported": True},
            "V": {"beats": 477, "records": 40, "reported": True},
            "F": {"beats": 23, "records": 9, "reported": False},
        },
        "draws": 100,
        "models": {"early": model(0.5), "late": model(0.75), "best": model(0.625)},
        "differences": {
            "early_vs_late": difference(-0.5, -0.25),
            "early_vs_best": difference(-0.25, 0.25),
            "late_vs_best": difference(0.0625, 0.25),
        },
    }


def test_reported_classes_have_cells_and_the_others_a_sentence() -> None:
    section = describe_database(external_results())  # type: ignore[arg-type]
    assert section.reported == ["N", "S", "V"]
    assert "F (23 beats in 9 records)" in section.unreported
    assert "only classes with 100 beats in 5 records are" in section.unreported
    early = section.rows[0]
    assert (early.model, early.seeds, len(early.cells)) == ("early", 5, 1 + 3 * 3)
    assert early.cells[0] == Cell(value=0.5, low=0.375, high=0.625)


def test_pairs_that_differ_are_named_with_the_better_one_first() -> None:
    section = describe_database(external_results())  # type: ignore[arg-type]
    assert section.apart == ["late over early", "late over best"]


def test_synthetic_recordings_are_marked() -> None:
    assert describe_database(external_results(kind="synthetic")).synthetic  # type: ignore[arg-type]
    assert not describe_database(external_results()).synthetic  # type: ignore[arg-type]


def test_the_page_shows_scores_with_intervals_and_what_was_assumed(tmp_path: Path) -> None:
    arguments = arguments_of(tmp_path)
    arguments["studies"] = dataclasses.replace(
        arguments["studies"], external={"svdb": external_results()}
    )
    page = page_of(arguments)
    assert '<section id="external" class="real">' in page
    text = text_of(page)
    assert "on 9,000 beats of 52 records" in text
    assert "headers of 24 records have no gain; the default of the format, 200 ADC units" in text
    assert "Early 5 50.0 (37.5 to 62.5) 50.0" in text
    assert "excludes 0, for late over early, late over best" in text
    assert "Not scored, since only classes with 100 beats in 5 records are: F (23 beats" in text

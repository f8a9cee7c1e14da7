"""The page says of other studies what their metrics hold, and what they may not be taken for."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from made_up_studies import results_files, studies_in
from test_page import arguments_of, page_of, text_of

from ecgfuse.report.pretraining import start_rows
from ecgfuse.report.rows import adaptation_rows
from ecgfuse.report.studies import noise_table


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, Any]:
    return arguments_of(tmp_path)


def test_adaptation_is_marked_and_stands_beside_what_was_before(arguments: dict[str, Any]) -> None:
    before, _, after, ensemble = adaptation_rows(results_files()["daeac"])
    assert "transductive" not in before.detail
    for row in (after, ensemble):
        assert "transductive: has seen unlabelled beats of the test patients" in row.detail
    # Seeds with 4 and 2 of 5 S beats lost, of 20 beats: 16 and 18 are right.
    assert before.values["accuracy"] == pytest.approx(85.0)
    assert before.spread["accuracy"] == pytest.approx(10 / 2**0.5)
    assert after.values["accuracy"] == pytest.approx(100.0)
    text = text_of(page_of(arguments))
    assert "first 300.0 s of every test record, 8,123 beats without their labels" in text
    assert "scored on the 41,538 beats after" in text
    assert "Early fusion, adapted (DAEAC) transductive: has seen" in text


def test_noise_table_has_a_row_a_fusion_and_kind_and_a_column_a_ratio() -> None:
    found = results_files()["noise"]
    table = noise_table(found)
    assert list(table.columns) == ["clean", "24", "0", "-6"]
    assert len(table) == 3 * 2
    row = table.loc[("late", "muscle artefact")]
    assert row["clean"] == 1.0
    assert row["24"] == found["late"]["ma"]["24"]["macro_f1"] < 1


def test_noise_section_says_that_rr_stays_clean(arguments: dict[str, Any]) -> None:
    text = text_of(page_of(arguments))
    assert "so RR intervals stay clean" in text
    assert "clean 24 dB 0 dB -6 dB Early baseline wander 100.0" in text
    assert "SYNTHETIC" not in text


@pytest.mark.parametrize(
    ("kinds", "warning"),
    [
        ({"noise_kind": "synthetic"}, "SYNTHETIC NOISE:"),
        ({"kind": "synthetic"}, "SYNTHETIC RECORDINGS:"),
        ({"kind": "synthetic", "noise_kind": "synthetic"}, "SYNTHETIC RECORDINGS AND NOISE:"),
    ],
)
def test_made_up_noise_is_called_so(
    arguments: dict[str, Any], tmp_path: Path, kinds: dict[str, str], warning: str
) -> None:
    arguments["studies"] = studies_in(tmp_path, **kinds)
    assert warning in text_of(page_of(arguments))


def test_ec57_scores_are_given_by_rule_with_a_dash_where_undefined(
    arguments: dict[str, Any],
) -> None:
    text = text_of(page_of(arguments))
    # 3 of 8 VEB found, 3 of 4 called VEB are; no SVEB at all; gross and average of one record.
    cells = " ".join(["37.5 75.0 \N{EN DASH} \N{EN DASH}"] * 2)
    for rule in ("standard", "whole record", "literature"):
        assert text.count(f"{rule} {cells}") == 3


def test_ablation_is_shown_row_by_row(arguments: dict[str, Any]) -> None:
    page = page_of(arguments)
    assert "is &lt;gating&gt; of use?" in page
    # One of 5 S beats called N: F1 of S 8/9, of N 10/11; V and F are right.
    mean = (8 / 9 + 10 / 11 + 2) / 4
    assert f"default where all begin {100 * mean:.1f} " in text_of(page)
    assert "Difference of each row of the ablation" in page


def test_page_without_an_ablation_says_how_to_make_one(
    arguments: dict[str, Any], tmp_path: Path
) -> None:
    assert "make ablation" not in text_of(page_of(arguments))
    arguments["studies"] = studies_in(tmp_path, ablated=False)
    page = page_of(arguments)
    assert "make ablation runs the rows of studies/ablation/grid.yaml" in text_of(page)
    assert "Difference of each row of the ablation" not in page


def test_folds_are_told_with_the_fusion_of_the_parameters(arguments: dict[str, Any]) -> None:
    assert "one fusion with the parameters of this run" in text_of(page_of(arguments))
    arguments["studies"] = dataclasses.replace(arguments["studies"], fusions={"folds": "late"})
    text = text_of(page_of(arguments))
    # Two of 5 S beats called N: F1 of S 6/8, of N 10/12.
    mean = (6 / 8 + 10 / 12 + 2) / 4
    assert "Cross-validated on the 22 patients of training and validation (50,969 beats" in text
    assert f"late fusion with the parameters of this run has macro F1 {100 * mean:.1f} %" in text
    assert "75.0 % of S, 100.0 % of V" in text
    on_test = arguments["metrics"]["late"]["test"]["macro_f1"]
    assert f"on the test records its macro F1 is {100 * on_test:.1f} %" in text


def test_missing_picture_of_noise_is_refused(arguments: dict[str, Any]) -> None:
    arguments["studies"] = dataclasses.replace(
        arguments["studies"], noise_picture=Path("nowhere/noise.png")
    )
    with pytest.raises(ValueError, match=r"nowhere/noise\.png: no such file"):
        page_of(arguments)


def test_starts_are_told_with_the_probes_of_their_own_backbone(arguments: dict[str, Any]) -> None:
    rows = {
        (row["encoder"], row["start"]): row for row in start_rows(results_files()["objectives"])
    }
    assert len(rows) == 8
    # The made-up probe of the n-th arm is 0.5 + n / 20.
    assert rows["macnn_se", "scratch"]["probe"] == 0.5
    assert rows["vit", "MAE-MoCo"]["probe"] == pytest.approx(0.7)
    assert rows["wav2vec", "scratch"]["probe"] == pytest.approx(0.8)
    text = text_of(page_of(arguments))
    assert "Hybrid fusion from scratch, and from a backbone" in text
    assert "MAE-MoCo vit 0.25 1.00" in text

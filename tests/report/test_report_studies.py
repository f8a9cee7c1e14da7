"""The page shows the results of the studies, and what they must not be taken for."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from report_pages import page_of, text_of
from study_results import results_files, studies_in

from ecgfuse.report.noise import noise_table
from ecgfuse.report.pretraining import start_rows
from ecgfuse.report.rows import adaptation_rows


def test_adaptation_is_marked_and_stands_beside_the_scores_before(text: str) -> None:
    before, _, after, ensemble = adaptation_rows(results_files()["daeac"])
    assert "transductive" not in before.detail
    for row in (after, ensemble):
        assert "transductive: has seen unlabelled beats of the test patients" in row.detail
    # Seeds miss 4 and 2 of 5 S beats, of 20 beats: 16 and 18 are correct.
    assert before.values["accuracy"] == pytest.approx(85.0)
    assert before.spread["accuracy"] == pytest.approx(10 / 2**0.5)
    assert after.values["accuracy"] == pytest.approx(100.0)
    assert "first 300.0 s of every test record, 8,123 beats without their labels" in text
    assert "scored on the 41,538 later beats" in text
    assert "Early fusion, adapted (DAEAC) transductive: has seen" in text


def test_noise_table_has_a_row_per_fusion_and_kind_and_a_column_per_ratio() -> None:
    found = results_files()["noise"]
    table = noise_table(found)
    assert list(table.columns) == ["clean", "24", "0", "-6"]
    assert len(table) == 3 * 2
    row = table.loc[("late", "muscle artefact")]
    assert row["clean"] == 1.0
    assert row["24"] == found["late"]["ma"]["24"]["macro_f1"] < 1


def test_learning_curve_is_shown(text: str) -> None:
    assert "4 62.5 \N{PLUS-MINUS SIGN} 3.1" in text


def test_noise_section_says_that_rr_intervals_are_clean(text: str) -> None:
    assert "so RR intervals are not affected" in text
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
def test_synthetic_noise_is_marked(
    shown: dict[str, Any], tmp_path: Path, kinds: dict[str, str], warning: str
) -> None:
    assert warning in text_of(page_of({**shown, "studies": studies_in(tmp_path, **kinds)}))


def test_ec57_scores_are_shown_by_rule_with_a_dash_where_undefined(text: str) -> None:
    # 3 of 8 VEB found, 3 of 4 predicted VEB are correct; no SVEB; gross and average of one record.
    cells = " ".join(["37.5 75.0 \N{EN DASH} \N{EN DASH}"] * 2)
    for rule in ("standard", "whole record", "literature"):
        assert text.count(f"{rule} {cells}") == 3


def test_study_as_published_is_shown_beside_its_own_numbers(text: str) -> None:
    # 3 of 5 S beats predicted as N: F1 of S 4/7, of N 10/13; V and F are correct.
    ours = 100 * (4 / 7 + 10 / 13 + 2) / 4
    best = 100 * (8 / 9 + 10 / 11 + 2) / 4
    spread = "\N{PLUS-MINUS SIGN} 0.0"
    assert (
        f"MACNN-SE, hybrid MHCA opt3 2 58.5 {ours:.1f} {spread} {ours - 58.54:+.1f} "
        f"{ours:.1f} to {best:.1f} 70.8" in text
    )
    assert f"on DS2 adds {best - ours:.1f} points of macro F1 on average" in text


def test_bridge_shows_what_each_change_is_worth(text: str) -> None:
    spread = "\N{PLUS-MINUS SIGN} 3.1"
    assert f"ReLU in place of tanh 50.0 {spread} +12.5 50.0 {spread} -" in text


def test_twelve_lead_scores_are_shown_by_recipe_and_leads(text: str) -> None:
    spread = "\N{PLUS-MINUS SIGN} 3.1"
    assert f"MAE-Nextclip diagnosis 56.3 {spread} 56.3 {spread} 56.3 {spread}" in text
    assert "12 leads 1 lead Scratch 75.0 (50.0) 75.0 (25.0)" in text


def test_ablation_is_shown_row_by_row(page: str, text: str) -> None:
    assert "is &lt;gating&gt; of use?" in page
    # One of 5 S beats predicted as N: F1 of S 8/9, of N 10/11; V and F are correct.
    mean = (8 / 9 + 10 / 11 + 2) / 4
    assert f"default where all begin {100 * mean:.1f} " in text
    assert "Difference of each row of the ablation" in page


def test_page_without_an_ablation_shows_the_command_that_runs_it(
    shown: dict[str, Any], tmp_path: Path, text: str
) -> None:
    assert "make ablation" not in text
    page = page_of({**shown, "studies": studies_in(tmp_path, ablated=False)})
    assert "make ablation runs the rows of studies/ablation/grid.yaml" in text_of(page)
    assert "Difference of each row of the ablation" not in page


def test_folds_are_reported_with_their_fusion(shown: dict[str, Any], text: str) -> None:
    assert "one fusion with the parameters of this run" in text
    studies = dataclasses.replace(shown["studies"], fusions={"folds": "late"})
    text = text_of(page_of({**shown, "studies": studies}))
    # Two of 5 S beats predicted as N: F1 of S 6/8, of N 10/12.
    mean = (6 / 8 + 10 / 12 + 2) / 4
    assert "Cross-validated on the 22 patients of training and validation (50,969 beats" in text
    assert f"late fusion with the parameters of this run has macro F1 {100 * mean:.1f} %" in text
    assert "75.0 % for S, 100.0 % for V" in text
    on_test = shown["results"]["late"]["test"]["macro_f1"]
    assert f"on the test records its macro F1 is {100 * on_test:.1f} %" in text


def test_missing_figure_of_a_study_is_refused(shown: dict[str, Any]) -> None:
    studies = dataclasses.replace(shown["studies"], noise_figure=Path("nowhere/noise.png"))
    with pytest.raises(ValueError, match=r"nowhere/noise\.png: no such file"):
        page_of({**shown, "studies": studies})


def test_starts_are_shown_with_the_probes_of_their_own_backbone(text: str) -> None:
    found = results_files()["pretrain_comparison"]
    rows = {(row.encoder, row.start): row for row in start_rows(found)}
    assert len(rows) == 8
    # The fake probe of the n-th arm is 0.5 + n / 20.
    assert rows["macnn_se", "scratch"].probe == 0.5
    assert rows["vit", "MAE-MoCo"].probe == pytest.approx(0.7)
    assert rows["wav2vec", "scratch"].probe == pytest.approx(0.8)
    assert "Hybrid fusion from scratch, and from a backbone" in text
    assert "MAE-MoCo vit 0.25 1.00" in text

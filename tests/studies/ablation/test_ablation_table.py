"""The table of an ablation: scores, differences, parameters, and commands that can be pasted."""

from pathlib import Path

import numpy as np
import pytest
from shown import BASELINE, grid_in, scores

from ecgfuse.plots.ablation import draw_ablation
from ecgfuse.studies.ablation.queue import TARGET
from ecgfuse.studies.ablation.table import (
    collect_results,
    command_of,
    markdown_table,
    results_table,
)

SCORES = {"default": scores(0.5), "gate-0": scores(0.52), "beat": scores(0.4)}


def test_the_command_of_a_row_is_quoted_for_the_shell(tmp_path: Path) -> None:
    default, _, causal, beat = grid_in(tmp_path)
    assert command_of(default) == f"dvc exp run -n default {TARGET}"
    assert command_of(causal) == (
        f"dvc exp run -n causal -S rr.causal=true -S preprocess.reference=causal {TARGET}"
    )
    assert command_of(beat) == f"dvc exp run -n beat -S 'preprocess.rows=[interval]' {TARGET}"


def test_a_parameter_of_the_folds_is_named_with_its_own_file(tmp_path: Path) -> None:
    grid = "- {name: default, asks: a, settings: []}\n"
    grid += "- {name: late, asks: b, settings: [folds.fusion=late]}\n"
    row = grid_in(tmp_path, grid)[1]
    assert row.params["folds"]["fusion"] == "late"
    setting = "studies/folds/params.yaml:folds.fusion=late"
    assert command_of(row) == f"dvc exp run -n late -S {setting} {TARGET}"


def test_the_table_holds_scores_and_each_parameter_that_some_row_changes(tmp_path: Path) -> None:
    table = results_table(grid_in(tmp_path), scores=SCORES)
    assert list(table["row"]) == ["default", "gate-0", "beat"]  # causal is not done yet
    assert list(table["macro_auprc"]) == [0.5, 0.52, 0.4]
    assert list(table["f1_S"]) == [0.5, 0.52, 0.4]
    assert list(table["fusion.alpha_init"]) == [-2.0, 0, -2.0]
    assert list(table["preprocess.rows"])[2] == ["interval"]
    assert list(table["rr.causal"]) == [False, False, False]
    assert "rr.features" not in table


def test_the_text_shows_differences_from_the_default_and_all_commands(tmp_path: Path) -> None:
    text = markdown_table(grid_in(tmp_path), scores=SCORES, baseline=BASELINE)
    assert "| default | the default? | 0.500 | 0.500 | 0.50 | 0.50 | 0.50 |" in text
    assert "| gate-0 | half open? | 0.520 (+0.020) | 0.520 (+0.020) | 0.52 |" in text
    assert "0.400 (\N{MINUS SIGN}0.100)" in text
    assert f"dvc exp run -n gate-0 -S fusion.alpha_init=0 {TARGET}\n" in text
    assert "Rows of the grid without a result: causal.\n" in text
    assert "-n causal" not in text
    assert "22 patients of DS1 (50,973 beats)" in text
    assert BASELINE[:10] in text
    assert "ynthetic" not in text


def test_synthetic_data_are_named_and_several_seeds_have_a_spread(tmp_path: Path) -> None:
    synthetic = {"default": scores(0.5, kind="synthetic", sd=0.01)}
    text = markdown_table(grid_in(tmp_path), scores=synthetic, baseline=BASELINE)
    assert "Synthetic data" in text
    assert "| 0.500 ± 0.010 |" in text
    assert "Seeds per row: 2" in text


def test_the_metrics_file_holds_no_list(tmp_path: Path) -> None:
    results = collect_results(grid_in(tmp_path), scores=SCORES)
    assert list(results) == ["default", "gate-0", "beat"]
    assert results["gate-0"]["settings"] == "fusion.alpha_init=0"
    assert results["beat"]["auprc_F"] == 0.4
    assert {type(value) for row in results.values() for value in row.values()} == {float, str}


@pytest.mark.parametrize("sd", [None, 0.01])
def test_the_figure_shows_how_far_each_row_is_from_the_default(
    sd: float | None, tmp_path: Path
) -> None:
    of_rows = {"default": scores(0.5, sd=sd), "gate-0": scores(0.52, sd=sd), "beat": scores(0.4)}
    (axes,) = draw_ablation(
        [row.name for row in grid_in(tmp_path)], scores=of_rows, default="default"
    ).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["gate-0", "beat"]
    dots = [
        np.asarray(line.get_xdata(), dtype=float)
        for line in axes.lines
        if len(line.get_xdata()) == 2
    ]
    np.testing.assert_allclose(dots[1], [0.02, -0.1], atol=1e-9)

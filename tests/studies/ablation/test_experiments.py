"""A row is done if an experiment of its name and parameters succeeded on this commit."""

from pathlib import Path

import pytest
from shown import BASELINE, commits, grid_in, shown

from ecgfuse.studies.ablation.experiments import METRICS, finished_experiments, missing_rows


def test_a_successful_experiment_is_found_with_its_scores_and_parameters(tmp_path: Path) -> None:
    _, gate, causal, _ = grid_in(tmp_path)
    printed = commits(shown(gate, 0.5), shown(causal, 0.4, state="success"))
    finished = finished_experiments(printed, baseline=BASELINE)
    assert {name: one.scores["macro_f1"] for name, one in finished.items()} == {
        "gate-0": 0.5,
        "causal": 0.4,
    }
    assert finished["gate-0"].params["fusion"]["alpha_init"] == 0


@pytest.mark.parametrize("state", ["queued", "running", "failed"])
def test_an_unfinished_experiment_does_not_count_though_it_shows_scores(
    state: str, tmp_path: Path
) -> None:
    gate = grid_in(tmp_path)[1]
    printed = commits(shown(gate, 0.5, state=state))
    assert finished_experiments(printed, baseline=BASELINE) == {}


def test_an_experiment_on_another_commit_or_without_scores_does_not_count(tmp_path: Path) -> None:
    gate = grid_in(tmp_path)[1]
    printed = commits(shown(gate, 0.5), baseline=40 * "b")
    assert finished_experiments(printed, baseline=BASELINE) == {}
    assert finished_experiments(commits(), baseline=BASELINE) == {}
    unscored = shown(gate, 0.5)
    del unscored["revs"][0]["data"]["metrics"][METRICS]
    assert finished_experiments(commits(unscored), baseline=BASELINE) == {}


def test_rows_without_an_experiment_are_missing_in_the_order_of_the_grid(tmp_path: Path) -> None:
    grid = grid_in(tmp_path)
    printed = commits(shown(grid[2], 0.4), shown(grid[0], 0.5))
    missing = missing_rows(grid, finished=finished_experiments(printed, baseline=BASELINE))
    assert [row.name for row in missing] == ["gate-0", "beat"]


def test_an_experiment_with_other_parameters_is_refused(tmp_path: Path) -> None:
    grid = grid_in(tmp_path)
    other = shown(grid[1], 0.5)
    other["revs"][0]["data"]["params"]["params.yaml"]["data"]["fusion"]["alpha_init"] = 3
    finished = finished_experiments(commits(other), baseline=BASELINE)
    with pytest.raises(ValueError, match=r"gate-0 has fusion\.alpha_init=3, .*'dvc exp remove"):
        missing_rows(grid, finished=finished)

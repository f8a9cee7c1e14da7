"""Looks at DS2 are recorded once each, and neither lost nor written over."""

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from ecgfuse.evaluate.ledger import record_look
from ecgfuse.evaluate.ledger_page import TABLE, row_of

PAGE = Path("docs/ds2.md")
EXACT = Path("docs/ds2.jsonl")
FIRST_ROW = "| evaluate | hybrid | first | test.macro_f1 0.7225; test.macro_auprc 0.7306 |  |"


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace outside git, as current folder."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_inputs(
    folder: Path = Path(),
    *,
    macro_f1: float = 0.72254,
    epochs: int = 4,
    database: str = "mitdb",
    kind: str = "real",
) -> None:
    found = {"test": {"macro_f1": macro_f1, "macro_auprc": 0.73064, "S": {"f1": 0.5}}}
    (folder / "results.json").write_text(json.dumps(found))
    (folder / "dataset.json").write_text(json.dumps({"database": database, "kind": kind}))
    (folder / "params.yaml").write_text(f"train:\n  epochs: {epochs}\n  seeds: [1, 2]\n")


def look(model: str = "hybrid", *, scores: Sequence[str] | None = None) -> None:
    chosen = {} if scores is None else {"scores": scores}
    record_look(
        Path("results.json"), stage="evaluate", model=model, dataset=Path("dataset.json"), **chosen
    )


def rows(page: Path = PAGE) -> list[str]:
    """Rows of the page without date and commit."""
    found = page.read_text().rpartition(TABLE.strip())[2].splitlines()
    return [f"| {row.split(' | ', 2)[2]}" for row in found if row]


def test_a_first_look_makes_the_page_with_a_row_of_means_to_four_digits():
    write_inputs()
    look()
    assert PAGE.read_text().startswith("# Looks at DS2\n")
    assert rows() == [FIRST_ROW]
    (line,) = EXACT.read_text().splitlines()
    assert json.loads(line)["scores"] == {"test.macro_f1": 0.72254, "test.macro_auprc": 0.73064}
    assert json.loads(line)["parameters"] == {"train.epochs": 4, "train.seeds": [1, 2]}
    assert json.loads(line)["commit"] == "-"


def test_the_same_scores_of_the_same_setting_change_no_file():
    write_inputs()
    look()
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (PAGE, EXACT)}
    look()
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before


def test_the_setting_is_what_differs_from_the_last_look_at_the_same_model():
    write_inputs()
    look()
    look("early")
    write_inputs(macro_f1=0.6, epochs=6)
    look()
    write_inputs(macro_f1=0.65, epochs=6)
    look()
    assert [row.split(" | ")[1:3] for row in rows()] == [
        ["hybrid", "first"],
        ["early", "first"],
        ["hybrid", "train.epochs 4 → 6"],
        ["hybrid", "same"],
    ]


def test_going_back_to_a_setting_with_the_same_scores_is_no_new_look():
    write_inputs()
    look()
    write_inputs(macro_f1=0.6, epochs=6)
    look()
    write_inputs()
    look()
    assert len(rows()) == 2


@pytest.mark.parametrize("data", [{"kind": "synthetic"}, {"database": "svdb"}], ids=str)
def test_synthetic_data_and_other_databases_leave_no_trace(data):
    write_inputs(**data)
    look()
    assert not PAGE.parent.exists()


def test_new_rows_go_below_older_ones_and_keep_text_and_decisions():
    write_inputs()
    PAGE.parent.mkdir()
    PAGE.write_text("# Looks\n\nOlder looks.\n")
    look()
    decided = PAGE.read_text().replace("|  |", "| kept the default |")
    PAGE.write_text(decided)
    write_inputs(macro_f1=0.6)
    look()
    assert PAGE.read_text().startswith(decided)
    assert PAGE.read_text().startswith("# Looks\n\nOlder looks.\n\n| date |")
    assert len(rows()) == 2


def test_a_page_that_was_deleted_comes_back_with_all_rows():
    write_inputs()
    look()
    write_inputs(macro_f1=0.6)
    look()
    before = rows()
    PAGE.unlink()
    look()
    assert rows() == before


def test_looks_that_an_older_version_of_the_files_lacks_are_restored():
    write_inputs()
    look()
    old = {path: path.read_text() for path in (PAGE, EXACT)}
    write_inputs(macro_f1=0.6)
    look()
    for path, text in old.items():  # as 'git checkout' and 'dvc exp apply' do
        path.write_text(text)
    write_inputs(macro_f1=0.5)
    look()
    assert [row.partition("macro_f1 ")[2][:6] for row in rows()] == ["0.7225", "0.6000", "0.5000"]
    assert len(EXACT.read_text().splitlines()) == 3


def test_an_experiment_in_a_copy_writes_to_the_ledger_of_its_workspace_too(workspace, monkeypatch):
    write_inputs()
    look()
    copy = workspace / ".dvc/tmp/exps/tmpa1b2c3"
    copy.mkdir(parents=True)
    monkeypatch.chdir(copy)
    write_inputs(macro_f1=0.6, epochs=6)
    look()
    assert rows(workspace / PAGE) == rows(copy / PAGE)
    assert [row.split(" | ")[2] for row in rows()] == ["first", "train.epochs 4 → 6"]


def look_at(folder: Path, number: int) -> None:
    record_look(
        folder / f"{number}.json",
        stage="evaluate",
        model=f"model {number}",
        dataset=folder / "dataset.json",
        scores=["macro_f1"],
    )


def test_looks_of_several_processes_are_all_kept(workspace):
    write_inputs()
    for number in range(12):
        (workspace / f"{number}.json").write_text(json.dumps({"macro_f1": number / 12}))
    with ProcessPoolExecutor(4) as pool:
        list(pool.map(partial(look_at, workspace), range(12)))
    assert {row.split(" | ")[1] for row in rows()} == {f"model {number}" for number in range(12)}
    assert not list(PAGE.parent.glob("*.part"))


def test_a_score_that_the_results_lack_is_an_error_and_nothing_is_written():
    write_inputs()
    with pytest.raises(KeyError, match=r"test\.macro_auroc"):
        look(scores=["test.macro_auroc"])
    assert not PAGE.parent.exists()


def test_a_long_cell_says_how_much_it_leaves_out_and_the_exact_file_has_all():
    write_inputs()
    found = {"test": {f"score{number}": 0.5 for number in range(15)}}
    Path("results.json").write_text(json.dumps(found))
    look(scores=["test.*"])
    (row,) = rows()
    assert "test.score11 0.5000; and 3 more |" in row
    assert len(json.loads(EXACT.read_text())["scores"]) == 15


def test_parameters_that_were_added_or_removed_are_named():
    write_inputs()
    look()
    write_inputs(macro_f1=0.6)
    Path("params.yaml").write_text("train:\n  epochs: 4\n  rate: 0.01\n")
    look()
    assert rows()[1].split(" | ")[2] == "train.seeds [1, 2] → none; train.rate none → 0.01"


def test_every_look_of_the_committed_ledger_has_its_row_on_the_page():
    root = Path(__file__).parents[2]
    exact = root / EXACT
    text = (root / PAGE).read_text()
    lines = exact.read_text().splitlines() if exact.is_file() else []
    assert [row for row in map(row_of, map(json.loads, lines)) if row not in text] == []

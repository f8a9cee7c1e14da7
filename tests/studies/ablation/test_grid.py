"""A grid is parsed as DVC would parse it, and checked before anything runs."""

from pathlib import Path

import pytest
from root import ROOT
from shown import DEFAULTS, PARAMS, grid_in

from ecgfuse.pipeline.code.loaded import loaded_params
from ecgfuse.studies.ablation.grid import load_grid

DEFAULT = "- {name: default, asks: what, settings: []}\n"


def test_a_row_has_the_parameters_of_params_yaml_except_its_settings(tmp_path: Path) -> None:
    default, gate, causal, beat = grid_in(tmp_path)
    assert default.params == {group: PARAMS[group] for group in default.params}
    assert gate.params["fusion"] == PARAMS["fusion"] | {"alpha_init": 0}
    assert gate.params["preprocess"] == PARAMS["preprocess"]
    assert causal.params["rr"]["causal"] is True
    assert causal.params["preprocess"]["reference"] == "causal"
    assert beat.params["preprocess"]["rows"] == ["interval"]


def test_a_row_may_change_every_group_that_the_scores_of_the_folds_depend_on(
    tmp_path: Path,
) -> None:
    scripts = ["stages/preprocess.py", "stages/rr.py", "studies/folds/stages/folds.py"]
    read = {group for script in scripts for group in loaded_params(Path(script), root=ROOT)}
    (row,) = grid_in(tmp_path, DEFAULT)
    assert set(row.params) == read - {"data", "data.database", "split"}  # which select the data


@pytest.mark.slow
@pytest.mark.parametrize(("study", "rows"), [("ablation", 20), ("pretrain_folds", 8)])
def test_the_committed_grids_fit_the_committed_parameters(study: str, rows: int) -> None:
    path = ROOT / f"studies/{study}/grid.yaml"
    assert len(load_grid(path, params=DEFAULTS)) >= rows


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{name: a, asks: b, settings: [fusion.alfa_init=0]}", "did you mean fusion.alpha_init"),
        ("{name: a, asks: b, settings: [nothing.at_all=0]}", "unknown parameter nothing.at_all"),
        ("{name: a, asks: b, settings: [evaluate.examples=2]}", "does not affect the scores"),
        ("{name: a, asks: b, settings: [fusion.num_heads=3]}", "must divide fusion.emb_dim"),
        ("{name: a, asks: b, settings: [rr.features=odd]}", "must be one of: absolute | ratio"),
        ("{name: a, asks: b, settings: [fusion.alpha_init]}", "must read GROUP.KEY=VALUE"),
        ("{name: a, asks: b, settings: ['model.dilations=[1,']}", "DVC cannot read"),
        ("{name: a, asks: b, settings: [fusion.alpha_init=-2.0]}", "of row default; change or"),
        ("{name: default, asks: b, settings: [rr.causal=true]}", "another row has it"),
        (
            "{name: A b, asks: b, settings: [rr.causal=true]}",
            "name is 'A b', but must be lower",
        ),
        ("{name: a, asks: '', settings: [rr.causal=true]}", "must be the question of row a"),
        ("{name: a, asks: b, settings: rr.causal=true}", "must be a list of GROUP.KEY=VALUE"),
        ("{name: a, asks: b, settings: []}", "first row, and no other, must be named default"),
        ("{name: a, settings: [rr.causal=true]}", "must have the keys name, asks, settings"),
    ],
)
def test_an_error_is_reported_with_row_and_cure(row: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"grid\.yaml: row 2: ") as error:
        grid_in(tmp_path, f"{DEFAULT}- {row}\n")
    assert message in str(error.value)


def test_the_first_row_must_be_the_default(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"row 1: is a with settings .* must be named default"):
        grid_in(tmp_path, "- {name: a, asks: b, settings: [rr.causal=true]}\n")


@pytest.mark.parametrize("text", ["", "rows: none", "[]"])
def test_a_file_without_rows_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no list of rows"):
        grid_in(tmp_path, text)


def test_a_missing_or_broken_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such file; try 'git checkout"):
        load_grid(tmp_path / "grid.yaml", params=PARAMS)
    with pytest.raises(ValueError, match="not valid YAML"):
        grid_in(tmp_path, "- {name: [")


@pytest.mark.parametrize(
    ("settings", "unread"),
    [
        ("folds.fusion=rr, fusion.alpha_init=0", "fusion.alpha_init"),
        (
            "folds.fusion=early, preprocess.comparisons=false, fusion.block=film",
            "fusion.block",
        ),
        ("folds.fusion=waveform, rr.causal=true", "rr.causal"),
        ("folds.fusion=rr, preprocess.comparisons=false", "preprocess.comparisons"),
        ("folds.fusion=rr, model.encoder=vit", "model.encoder"),
        ("fusion.block=concat, fusion.num_heads=4", "fusion.num_heads"),
        ("fusion.key_value=pooled, model.waveform_dropout=0, fusion.num_heads=4", "num_heads"),
        ("model.encoder=vit, 'model.dilations=[1,2,4,8]'", "model.dilations"),
        ("'preprocess.rows=[interval]', 'preprocess.window_s=[1,1]'", "preprocess.window_s"),
        ("'preprocess.rows=[window]', 'preprocess.interval_s=[0.1,0.3]'", "preprocess.interval_s"),
        (
            "'preprocess.rows=[window]', preprocess.comparisons=false, "
            "preprocess.reference_from=all",
            "preprocess.reference_from",
        ),
        ("preprocess.reference_beats=8", "preprocess.reference_beats"),
        ("rr.features=ratio, rr.irregularity_beats=33", "rr.irregularity_beats"),
        ("pretrain.moco_alpha=20", "pretrain.moco_alpha"),
        ("pretrain.objective=mae_nextclip, pretrain.moco_alpha=20", "pretrain.moco_alpha"),
        ("pretrain.epochs=2", "pretrain.epochs"),
        ("augment.mask_width=0.1", "augment.mask_width"),
        ("'train.seeds=[7]'", "train.seeds"),
        ("train.checkpoint=best", "train.checkpoint"),
    ],
)
def test_a_setting_that_the_network_of_the_row_does_not_read_is_refused(
    settings: str, unread: str, tmp_path: Path
) -> None:
    row = f"- {{name: a, asks: b, settings: [{settings}]}}\n"
    with pytest.raises(ValueError, match=rf"row 2: a: \S*{unread} is not read by this row"):
        grid_in(tmp_path, DEFAULT + row)


@pytest.mark.parametrize(
    ("settings", "cause"),
    [
        ("fusion.key_value=pooled", "fusion.key_value=pooled"),
        ("folds.fusion=late, fusion.key_value=pooled", "fusion.key_value=pooled"),
    ],
)
def test_a_row_whose_hidden_waveform_leaves_nothing_to_learn_is_refused_until_it_is_shown(
    settings: str, cause: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=f"{cause}.*set model.waveform_dropout=0"):
        grid_in(tmp_path, f"{DEFAULT}- {{name: a, asks: b, settings: [{settings}]}}\n")
    shown = f"{settings}, model.waveform_dropout=0"
    assert grid_in(tmp_path, f"{DEFAULT}- {{name: a, asks: b, settings: [{shown}]}}\n")


def test_settings_are_read_where_what_they_need_is_set_by_the_same_row(tmp_path: Path) -> None:
    for settings in (
        "folds.fusion=rr, fusion.ffn_dim=64",
        "augment.mask_probability=0.2, augment.mask_width=0.1",
        "preprocess.reference=causal, preprocess.reference_beats=8",
        "pretrain.objective=mae_moco, pretrain.moco_alpha=20",
        "'preprocess.rows=[interval,window]', 'preprocess.window_s=[1,1]'",
    ):
        _, row = grid_in(tmp_path, f"{DEFAULT}- {{name: a, asks: b, settings: [{settings}]}}\n")
        assert row.name == "a"

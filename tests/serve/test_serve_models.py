"""The models that can be chosen are the exported files."""

import subprocess
import sys
from pathlib import Path

import pytest
from root import ROOT
from single_beat_files import write_single_beat_file

from ecgfuse.serve.models import list_models, model_folders, require_model
from ecgfuse.serve.performance import read_performance


def test_the_best_model_is_first_and_all_files_are_listed() -> None:
    models = list_models()
    files = {path.stem for folder in model_folders() for path in folder.glob("*.onnx")}
    assert models[0].name == "best"
    assert {model.name for model in models} == files
    assert len(models) == len(files)


def test_headlines_are_those_of_the_collected_performance() -> None:
    for model in list_models():
        if model.kind == "recording" and model.performance is not None:
            of_model = read_performance()["recording"][model.name]
            assert model.performance["macro_f1"] == of_model["macro_f1"]
            assert model.performance["macro_auprc_sd"] == of_model["macro_auprc_sd"]
            assert "curves" not in model.performance


def test_only_the_causal_network_has_a_look_ahead_and_it_is_that_of_the_docs() -> None:
    look_ahead = {m.name: m.look_ahead_s for m in list_models() if m.look_ahead_s is not None}
    assert look_ahead == {"causal": 1.2}
    assert "see nothing later than 1.2 s" in (ROOT / "docs" / "limits.md").read_text()


@pytest.mark.slow
def test_models_of_single_beats_and_unmeasured_ones_are_listed(tmp_path: Path) -> None:
    write_single_beat_file(tmp_path / "mine.onnx")
    (model,) = list_models([tmp_path])
    assert (model.name, model.title, model.kind) == ("mine", "mine", "single_beats")
    assert model.classes == ("N", "abnormal", "Q")
    assert model.performance is None


@pytest.mark.slow
def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    write_single_beat_file(tmp_path / "mine.onnx")
    assert list_models([tmp_path])[0].kind == "single_beats"
    (tmp_path / "mine.onnx").write_bytes((ROOT / "models" / "late.onnx").read_bytes())
    assert list_models([tmp_path])[0].kind == "recording"


def test_an_unknown_model_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="'nothing' does not exist; choose one of: best, "):
        require_model("nothing")


def test_a_model_of_recordings_does_not_judge_single_beats() -> None:
    with pytest.raises(ValueError, match="'hybrid' judges beats in their recording only"):
        require_model("hybrid", kind="single_beats")
    assert require_model("hybrid").name == "hybrid"


@pytest.mark.slow
def test_listing_the_models_imports_no_torch() -> None:
    code = "import sys; from ecgfuse.serve.models import list_models; list_models(); "
    code += "sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

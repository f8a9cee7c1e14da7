"""Model files are found by name, run by ONNX Runtime without PyTorch, and other files refused."""

import subprocess
import sys
from pathlib import Path

import onnx
import pytest
from annotated_signals import MODELS

from ecgfuse.annotate.model import open_model
from ecgfuse.annotate.model_file import ModelFile, find_model


@pytest.mark.slow
def test_annotating_loads_no_pytorch() -> None:
    code = "import sys, ecgfuse; ecgfuse.load('best'); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_model_may_be_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    path.write_bytes((MODELS / "late.onnx").read_bytes())
    assert ModelFile(find_model(str(path))).sha256 == ModelFile(find_model("late")).sha256


def test_other_files_are_refused_with_a_cure(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    with pytest.raises(ValueError, match=r"x\.onnx: no such model file; name a model, such as"):
        open_model(str(path))
    path.write_bytes(b"rubbish")
    with pytest.raises(ValueError, match=r"x\.onnx: not a readable ONNX file"):
        open_model(str(path))
    model = onnx.load(MODELS / "best.onnx")
    del model.metadata_props[:]
    onnx.save(model, path)
    with pytest.raises(ValueError, match=r"x\.onnx: not a model of ecgfuse"):
        open_model(str(path))
    entry = model.metadata_props.add()
    entry.key, entry.value = "ecgfuse", '{"preprocess": {}, "rr": {}}'
    onnx.save(model, path)
    with pytest.raises(ValueError, match=r"x\.onnx: this model file is of another version"):
        open_model(str(path))
    entry.value = '{"kind": "single_beat"}'
    onnx.save(model, path)
    with pytest.raises(ValueError, match=r"x\.onnx: not a model of ecgfuse"):
        open_model(str(path))  # its inputs are not single beats


def test_a_model_that_the_pipeline_is_rewriting_is_named_as_such(tmp_path: Path) -> None:
    """DVC removes the outputs of a stage before the stage writes them."""
    package = tmp_path / "src" / "ecgfuse"
    (tmp_path / "studies" / "distill").mkdir(parents=True)
    paths = ["models/best.onnx", "models/heartbeat/cnn_lstm.onnx"]
    outs = "".join(f"    - path: {path}\n      size: 1\n" for path in paths)
    (tmp_path / "studies" / "distill" / "dvc.lock").write_text(
        f"stages:\n  export:\n    outs:\n{outs}"
    )
    (tmp_path / "models" / "heartbeat").mkdir(parents=True)
    (tmp_path / "models" / "late.onnx").write_bytes(b"")
    with pytest.raises(ValueError, match=r"models/best\.onnx is missing, because a running 'dvc"):
        find_model("best", package=package)
    with pytest.raises(ValueError, match=r"models/heartbeat/cnn_lstm\.onnx is missing"):
        find_model("cnn_lstm", package=package)
    with pytest.raises(ValueError, match=r"there is no model 'bset'; available: late\."):
        find_model("bset", package=package)
    (tmp_path / "models" / "best.onnx").write_bytes(b"")
    assert find_model("best", package=package) == tmp_path / "models" / "best.onnx"


@pytest.mark.parametrize("models", ["models", "src/ecgfuse/models_onnx"])
def test_models_of_the_heartbeat_study_are_found_by_name_alone(tmp_path: Path, models: str) -> None:
    """In a clone, and in an installed package."""
    folder = tmp_path / models / "heartbeat"
    folder.mkdir(parents=True)
    (folder.parent / "best.onnx").write_bytes(b"")
    (folder / "cnn_lstm.onnx").write_bytes(b"")
    package = tmp_path / "src" / "ecgfuse"
    assert find_model("cnn_lstm", package=package) == folder / "cnn_lstm.onnx"
    with pytest.raises(ValueError, match=r"available: best, cnn_lstm\."):
        find_model("lstm", package=package)

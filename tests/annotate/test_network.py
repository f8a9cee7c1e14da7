"""Model files are run by ONNX Runtime without PyTorch, and other files are refused."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from annotated_signals import MODELS

from ecgfuse.annotate.network import Network, find_model


@pytest.mark.slow
def test_annotating_loads_no_pytorch() -> None:
    code = "import sys, ecgfuse; ecgfuse.load('best'); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_result_does_not_depend_on_batches_and_workers() -> None:
    network = Network(find_model("hybrid"))
    rng = np.random.default_rng(0)
    inputs = {
        i.name: rng.normal(size=(700, *i.shape[1:])).astype(np.float32)
        for i in network.session.get_inputs()
    }
    whole = network.predict(inputs)
    assert whole.shape == (700, 4)
    np.testing.assert_array_equal(network.predict(inputs, workers=3), whole)
    one = network.predict({name: array[99:100] for name, array in inputs.items()})
    np.testing.assert_allclose(one, whole[99:100], atol=1e-6)


def test_without_beats_there_are_no_probabilities() -> None:
    network = Network(find_model("early"))
    shapes = {"ecg": (0, 3, 128), "rr": (0, 7), "morphology": (0, 6)}
    empty = {name: np.empty(shape, np.float32) for name, shape in shapes.items()}
    assert network.predict(empty).shape == (0, 4)


def test_a_model_may_be_named_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    path.write_bytes((MODELS / "late.onnx").read_bytes())
    assert Network(find_model(str(path))).preprocess == Network(find_model("late")).preprocess


def test_other_files_are_refused_with_a_cure(tmp_path: Path) -> None:
    path = tmp_path / "x.onnx"
    with pytest.raises(ValueError, match=r"x\.onnx: no such model file; name a model, such as"):
        Network(path)
    path.write_bytes(b"rubbish")
    with pytest.raises(ValueError, match=r"x\.onnx: not a readable ONNX file"):
        Network(path)
    model = onnx.load(MODELS / "best.onnx")
    del model.metadata_props[:]
    onnx.save(model, path)
    with pytest.raises(ValueError, match=r"x\.onnx: not a model of ecgfuse"):
        Network(path)
    entry = model.metadata_props.add()
    entry.key, entry.value = "ecgfuse", '{"preprocess": {}, "rr": {}}'
    onnx.save(model, path)
    with pytest.raises(ValueError, match=r"x\.onnx: this model file is of another version"):
        Network(path)


def test_a_model_that_the_pipeline_is_rewriting_is_named_as_such(tmp_path: Path) -> None:
    """DVC removes the outputs of a stage before the stage writes them."""
    package = tmp_path / "src" / "ecgfuse"
    (tmp_path / "studies" / "distill").mkdir(parents=True)
    lock = "stages:\n  export:\n    outs:\n    - path: models/best.onnx\n      size: 1\n"
    (tmp_path / "studies" / "distill" / "dvc.lock").write_text(lock)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "late.onnx").write_bytes(b"")
    with pytest.raises(ValueError, match=r"models/best\.onnx is missing, because a running 'dvc"):
        find_model("best", package=package)
    with pytest.raises(ValueError, match=r"there is no model 'bset'; available: late"):
        find_model("bset", package=package)
    (tmp_path / "models" / "best.onnx").write_bytes(b"")
    assert find_model("best", package=package) == tmp_path / "models" / "best.onnx"

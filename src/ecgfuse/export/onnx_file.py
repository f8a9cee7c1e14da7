"""Export a model as an ONNX file, which runs without PyTorch and several times faster.

Unlike the safetensors file it cannot be trained further. Both hold the same weights.
"""

import json
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from ecgfuse.datasets.inputs import Inputs
from ecgfuse.models.store import Network, PlainValues, StoredModel
from ecgfuse.pipeline.files import atomic_file

DESCRIPTION = "ecgfuse"
"""Metadata key in the file; its value is the origin of the model as JSON."""
OUTPUT = "probabilities"

_OPSET = 20
_EXAMPLES = 3  # beats to trace with; the batch size stays dynamic in the file


class _Probabilities(nn.Module):
    """A network with a softmax, and its inputs as separate arguments."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ecg: Tensor, rr: Tensor, morphology: Tensor) -> Tensor:
        """Probabilities of N S V F, (B, 4)."""
        return self.network(Inputs(ecg=ecg, rr=rr, morphology=morphology)).softmax(dim=1)


def save_onnx(stored: StoredModel, path: Path, *, origin: PlainValues) -> None:
    """Write a network that maps ecg, rr and morphology to probabilities.

    Inputs that the network does not read are left out. The number of beats is dynamic.

    Args:
        origin: stored in the metadata of the file.
    """
    spec = stored.spec
    shapes = {
        "ecg": (spec.n_signal_rows, spec.length),
        "rr": (spec.n_rr,),
        "morphology": (spec.n_morphology,),
    }
    module = _Probabilities(stored.network.eval())
    write_onnx(module, path, inputs=shapes, outputs=[OUTPUT], origin=origin)


def write_onnx(
    module: nn.Module,
    path: Path,
    *,
    inputs: Mapping[str, tuple[int, ...]],
    outputs: Sequence[str],
    origin: PlainValues,
) -> None:
    """Write a module that maps beats, of any number, to values for each of them.

    Args:
        module: in evaluation mode; its arguments are `inputs`.
        inputs: name -> shape without the number of beats; those it does not read are left out.
        outputs: names of what it returns, one or more.
        origin: stored in the metadata of the file.
    """
    example = {name: torch.zeros(_EXAMPLES, *shape) for name, shape in inputs.items()}
    n_beats = torch.export.Dim("n_beats")
    with _quiet():
        program = torch.onnx.export(
            module,
            kwargs=example,
            output_names=outputs,
            opset_version=_OPSET,
            dynamic_shapes={name: {0: n_beats} for name in example},
            dynamo=True,
            verbose=False,
        )
    assert program is not None, "the exporter returns a program unless it writes a file itself"
    model = program.model_proto
    _remove_traces(model)
    _remove_unread_inputs(model)
    entry = model.metadata_props.add()
    entry.key, entry.value = DESCRIPTION, json.dumps(origin, sort_keys=True)
    with atomic_file(path) as temporary:
        onnx.save_model(model, temporary)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the exporter, which logs its progress and warns of optional libraries."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


def _remove_traces(model: onnx.ModelProto) -> None:
    """Remove source locations and docstrings, which contain paths of this machine."""
    del model.metadata_props[:]
    graph = model.graph
    del graph.metadata_props[:]
    del graph.value_info[:]
    for part in (*graph.node, *graph.input, *graph.output, *graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""


def _remove_unread_inputs(model: onnx.ModelProto) -> None:
    """Remove graph inputs that no node reads."""
    read = {name for node in model.graph.node for name in node.input}
    for value in [value for value in model.graph.input if value.name not in read]:
        model.graph.input.remove(value)

"""Weights of a pretrained backbone: kept in a file, and put into the network of a fusion."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ecgfuse.models.heartbeat import HeartbeatNet

Backbone = dict[str, Tensor]
"""State of an encoder."""


def save_backbone(weights: Backbone | None, folder: Path, *, origin: dict[str, Any]) -> None:
    """Write the weights, or that there are none, and where they come from."""
    if weights is not None:
        tensors = {name: tensor.contiguous() for name, tensor in weights.items()}
        save_file(tensors, folder / "backbone.safetensors")
        (folder / "backbone.safetensors").chmod(0o644)  # safetensors lets the owner alone read it
    (folder / "origin.json").write_text(json.dumps(origin, indent=2) + "\n")


def load_backbone(folder: Path) -> Backbone | None:
    """Read what `save_backbone` wrote; None if there are no weights.

    Raises:
        ValueError: the folder is not there, or the file is damaged.
    """
    cure = "make it again with 'dvc repro --force pretrain'"
    if not (folder / "origin.json").is_file():
        raise ValueError(f"{folder}: no result of pretraining; {cure}")
    path = backbone_path(folder)
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"{path}: not a safetensors file ({error}); {cure}") from None


def backbone_path(folder: Path) -> Path:
    """Where the weights are, if there are any."""
    return folder / "backbone.safetensors"


def start_from(network: HeartbeatNet, backbone: Backbone) -> None:
    """Put pretrained weights in the place of fresh ones.

    Pretraining reads the rows of ECG alone. Rows that a fusion has beside them, the RR ratios, keep
    their fresh weights.

    Raises:
        ValueError: the weights are those of another backbone.
    """
    state = network.backbone.state_dict()
    misfit = _misfit(backbone, state)
    if misfit:
        raise ValueError(
            f"the pretrained backbone does not fit this network ({misfit}): the groups model or "
            "preprocess of params.yaml have changed; make it again with 'dvc repro'"
        )
    for name, weight in state.items():
        given = backbone[name]
        if weight.shape == given.shape:
            weight.copy_(given)
        else:
            weight.narrow(_row_axis(weight), 0, given.shape[_row_axis(weight)]).copy_(given)


def _misfit(backbone: Backbone, state: Backbone) -> str:
    """What is wrong; nothing if the weights fit. Only the first layer may be wider."""
    if absent := sorted(state.keys() ^ backbone.keys()):
        return f"{absent[0]} is in one of them alone"
    for name, weight in state.items():
        given, fits = backbone[name].shape, list(weight.shape)
        if _reads_rows(name):
            fits[_row_axis(weight)] = min(fits[_row_axis(weight)], given[_row_axis(weight)])
        if list(given) != fits:
            return f"{name} has the shape {tuple(given)}, not {tuple(weight.shape)}"
    return ""


def _reads_rows(name: str) -> bool:
    """Whether it is the first convolution of one of the three backbones."""
    return name in ("stem.weight", "patches.weight", "features.layers.0.weight")


def _row_axis(weight: Tensor) -> int:
    """The axis of the rows: MACNN-SE takes them as the height of a picture, the others as leads."""
    return weight.dim() - 2

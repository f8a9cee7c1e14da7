"""Pretrained backbone weights: save them, load them, copy them into a fusion network."""

import json
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ecgfuse.models.heartbeat import HeartbeatNet

Backbone = dict[str, Tensor]
"""State dict of an encoder."""


def save_backbone(weights: Backbone | None, folder: Path, *, origin: Mapping[str, object]) -> None:
    """Write origin.json and, if there are weights, backbone.safetensors.

    Args:
        weights: None if nothing was pretrained.
        folder: an existing folder.
        origin: plain values that describe the pretraining.
    """
    if weights is not None:
        tensors = {name: tensor.contiguous() for name, tensor in weights.items()}
        save_file(tensors, folder / "backbone.safetensors")
        (folder / "backbone.safetensors").chmod(0o644)  # safetensors writes with mode 0600
    (folder / "origin.json").write_text(json.dumps(origin, indent=2) + "\n")


def load_backbone(folder: Path) -> Backbone | None:
    """Read the weights written by `save_backbone`; None if nothing was pretrained.

    Raises:
        ValueError: the folder does not exist, or the file is damaged.
    """
    cure = "run the stage that writes it again"
    if not (folder / "origin.json").is_file():
        raise ValueError(f"{folder}: no pretraining result; {cure}")
    path = backbone_path(folder)
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"{path}: not a safetensors file ({error}); {cure}") from None


def backbone_path(folder: Path) -> Path:
    """Path of the weights; the file exists only if something was pretrained."""
    return folder / "backbone.safetensors"


def start_from(network: HeartbeatNet, backbone: Backbone) -> None:
    """Replace the fresh weights of the backbone by pretrained ones.

    Pretraining reads only the ECG rows. The weights of further rows, the RR features, stay fresh.

    Raises:
        ValueError: the weights are those of another backbone.
    """
    state = network.backbone.state_dict()
    misfit = _misfit(backbone, state)
    if misfit:
        raise ValueError(
            f"the pretrained backbone does not fit this network ({misfit}): parameters of the "
            "group model or preprocess have changed; run the pretraining again"
        )
    for name, weight in state.items():
        given = backbone[name]
        if weight.shape == given.shape:
            weight.copy_(given)
        else:
            weight.narrow(_row_axis(weight), 0, given.shape[_row_axis(weight)]).copy_(given)


def _misfit(backbone: Backbone, state: Backbone) -> str:
    """Describe the first mismatch; empty if the weights fit. Only the first layer may be wider."""
    if absent := sorted(state.keys() ^ backbone.keys()):
        return f"{absent[0]} is in only one of them"
    for name, weight in state.items():
        given, fits = backbone[name].shape, list(weight.shape)
        if _reads_rows(name):
            fits[_row_axis(weight)] = min(fits[_row_axis(weight)], given[_row_axis(weight)])
        if list(given) != fits:
            return f"{name} has the shape {tuple(given)}, not {tuple(weight.shape)}"
    return ""


def _reads_rows(name: str) -> bool:
    """Whether a weight is that of the first convolution, in any of the three backbones."""
    return name in ("stem.weight", "patches.weight", "features.layers.0.weight")


def _row_axis(weight: Tensor) -> int:
    """The axis of the rows: MACNN-SE takes them as image height, the others as channels."""
    return weight.dim() - 2

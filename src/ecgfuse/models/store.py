"""Model files: safetensors with the settings needed to rebuild the network."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ecgfuse.datasets.fusions import NETWORKS, Fusion
from ecgfuse.datasets.inputs import Inputs
from ecgfuse.models.config import FusionConfig, ModelConfig, Size
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.models.rr_net import RRNet
from ecgfuse.pipeline.files import atomic_file
from ecgfuse.pipeline.params import build_config

Network = HeartbeatNet | RRNet

PlainValues = Mapping[str, Any]
"""Numbers, strings, lists and dictionaries, as JSON holds them."""


@dataclass(frozen=True, kw_only=True)
class NetworkSpec:
    """Everything that determines the shapes of a network's weights."""

    fusion: Fusion
    n_signal_rows: int
    """len(preprocess.rows); 0 without a waveform."""
    length: int
    """Samples of a beat; 0 without a waveform."""
    n_rr: int
    """RR features; 0 without RR."""
    n_morphology: int
    """Comparisons with the patient's median beat."""
    model: ModelConfig
    size: Size
    """Of vit and wav2vec."""
    block: FusionConfig

    @classmethod
    def for_beats(
        cls,
        inputs: Inputs,
        *,
        fusion: Fusion,
        model: ModelConfig,
        size: Size,
        block: FusionConfig,
    ) -> "NetworkSpec":
        """The specification that fits these beats."""
        return cls(
            fusion=fusion,
            **input_shape(inputs),
            model=model,
            size=size,
            block=block,
        )

    def build(self) -> Network:
        """Build a network with fresh weights, drawn from torch's generator."""
        if self.fusion == "rr":
            return RRNet(self.n_rr, dropout=self.model.dropout, block=self.block)
        return HeartbeatNet(
            self.fusion,
            n_signal_rows=self.n_signal_rows,
            length=self.length,
            n_rr=self.n_rr,
            n_morphology=self.n_morphology,
            model=self.model,
            size=self.size,
            block=self.block,
        )


@dataclass(frozen=True)
class StoredModel:
    """A trained network with its specification and origin."""

    spec: NetworkSpec
    network: Network
    origin: PlainValues
    """Values stored beside the weights: seed, epoch, ..."""


def save_model(
    weights: dict[str, Tensor], path: Path, *, spec: NetworkSpec, origin: PlainValues
) -> None:
    """Write weights, specification and origin into one safetensors file."""
    description = {"spec": dataclasses.asdict(spec), "origin": origin}
    metadata = {"ecgfuse": json.dumps(description, sort_keys=True)}
    tensors = {name: tensor.contiguous() for name, tensor in weights.items()}
    with atomic_file(path) as temporary:
        save_file(tensors, temporary, metadata=metadata)
        temporary.chmod(0o644)  # safetensors writes with mode 0600


def load_model(path: Path) -> StoredModel:
    """Read a model file; the network is in evaluation mode.

    Raises:
        ValueError: the file is missing, is not a model of this version of ecgfuse, or its weights
            do not fit its own specification.
    """
    cure = "run the stage that writes it again, or restore it by 'git checkout' if it is in models/"
    if not path.is_file():
        raise ValueError(f"{path}: no such model file; {cure}")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise ValueError(f"{path}: not a safetensors file ({error}); {cure}") from None
    if "ecgfuse" not in metadata:
        raise ValueError(f"{path}: not a model file of ecgfuse; {cure}")
    try:
        description = json.loads(metadata["ecgfuse"])
        spec, origin = _read_spec(description["spec"]), description["origin"]
    except KeyError as error:
        raise ValueError(f"{path}: its description lacks {error}; {cure}") from None
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: its description cannot be read: {error}; {cure}") from None
    network = spec.build()
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise ValueError(f"{path}: the weights do not fit the network: {error}; {cure}") from None
    return StoredModel(spec=spec, network=network.eval(), origin=origin)


def load_seeds(folder: Path) -> list[StoredModel]:
    """Read all models that a training stage wrote, ordered by seed.

    Raises:
        ValueError: there are none, or one is damaged.
    """
    models = [load_model(path) for path in folder.glob("seed-*.safetensors")]
    if not models:
        raise ValueError(f"{folder}: no trained model; run the stage that writes this folder")
    return sorted(models, key=lambda stored: stored.origin["seed"])


def check_fits(stored: StoredModel, inputs: Inputs, *, path: Path) -> None:
    """Raise an error if beats have another shape than those the model was trained on.

    Raises:
        ValueError: names both shapes and the cure.
    """
    for name, size in input_shape(inputs).items():
        trained_on = getattr(stored.spec, name)
        if size != trained_on:
            raise ValueError(
                f"{path}: the model was trained on beats with {name} = {trained_on}, these have "
                f"{size}: a parameter of the group preprocess or rr has changed; train it again"
            )


def input_shape(inputs: Inputs) -> dict[str, int]:
    """Sizes of the inputs by the field names of `NetworkSpec`; 0 for what a network ignores."""
    n_signal_rows, length = inputs.ecg.shape[1:] if len(inputs.ecg) else (0, 0)
    return {
        "n_signal_rows": n_signal_rows,
        "length": length,
        "n_rr": inputs.rr.shape[1],
        "n_morphology": inputs.morphology.shape[1],
    }


def _read_spec(values: PlainValues) -> NetworkSpec:
    fusion = values["fusion"]
    if fusion not in NETWORKS:
        raise ValueError(f"unknown fusion {fusion!r}; known are {', '.join(NETWORKS)}")
    size = values["size"]
    if size not in get_args(Size):
        raise ValueError(f"unknown size {size!r}; known are {', '.join(get_args(Size))}")
    return NetworkSpec(
        fusion=fusion,
        n_signal_rows=values["n_signal_rows"],
        length=values["length"],
        n_rr=values["n_rr"],
        n_morphology=values["n_morphology"],
        model=build_config(ModelConfig, values["model"]),
        size=size,
        block=build_config(FusionConfig, values["block"]),
    )

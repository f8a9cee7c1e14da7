"""Model files: safetensors that carry the settings needed to build the network again."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ecgfuse.datasets.fusions import FUSIONS, Fusion
from ecgfuse.datasets.inputs import Inputs
from ecgfuse.files import atomic_file
from ecgfuse.models.config import FusionConfig, ModelConfig, Size
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.params import build_config


@dataclass(frozen=True, kw_only=True)
class NetworkSpec:
    """Everything that the shape of a network depends on."""

    fusion: Fusion
    n_signal_rows: int
    """len(preprocess.rows)."""
    length: int
    """Samples of a beat."""
    n_features: int
    """Values that join the waveform in the fusion block; 0 in early fusion."""
    model: ModelConfig
    size: Size
    """Of a backbone that comes in two."""
    attention: FusionConfig | None
    """None in early fusion."""

    @classmethod
    def for_beats(
        cls,
        inputs: Inputs,
        *,
        fusion: Fusion,
        model: ModelConfig,
        size: Size,
        attention: FusionConfig | None,
    ) -> "NetworkSpec":
        """The network for such beats."""
        _, n_signal_rows, length = inputs.ecg.shape
        return cls(
            fusion=fusion,
            n_signal_rows=n_signal_rows,
            length=length,
            n_features=inputs.features.shape[1],
            model=model,
            size=size,
            attention=attention,
        )

    def build(self) -> HeartbeatNet:
        """A network with fresh weights, drawn from torch's generator."""
        return HeartbeatNet(
            self.fusion,
            n_signal_rows=self.n_signal_rows,
            length=self.length,
            n_features=self.n_features,
            model=self.model,
            size=self.size,
            attention=self.attention,
        )


@dataclass(frozen=True)
class StoredModel:
    """A network with its weights, and what it was trained for."""

    spec: NetworkSpec
    network: HeartbeatNet
    origin: dict[str, Any]
    """Plain values that whoever saved the file wrote beside the weights: seed, epoch, ..."""


def save_model(
    weights: dict[str, Tensor], path: Path, *, spec: NetworkSpec, origin: dict[str, Any]
) -> None:
    """Write weights, specification and origin into one safetensors file."""
    description = {"spec": dataclasses.asdict(spec), "origin": origin}
    metadata = {"ecgfuse": json.dumps(description, sort_keys=True)}
    tensors = {name: tensor.contiguous() for name, tensor in weights.items()}
    with atomic_file(path) as temporary:
        save_file(tensors, temporary, metadata=metadata)
        temporary.chmod(0o644)  # safetensors lets the owner alone read it


def load_model(path: Path) -> StoredModel:
    """Read a model file; the network is in evaluation mode.

    Raises:
        ValueError: the file is missing, is no model of ecgfuse or of another version of it, or its
            weights do not fit its own specification.
    """
    cure = "train it again with 'dvc repro --force train', or 'git checkout models/'"
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
    """All models that a train stage wrote, in the order of their seeds.

    Raises:
        ValueError: there are none, or one is damaged.
    """
    models = [load_model(path) for path in folder.glob("seed-*.safetensors")]
    if not models:
        raise ValueError(f"{folder}: no trained model; make them with 'dvc repro train'")
    return sorted(models, key=lambda stored: stored.origin["seed"])


def check_fits(stored: StoredModel, inputs: Inputs, *, path: Path) -> None:
    """Refuse beats of another shape than the model was trained on.

    Raises:
        ValueError: names both shapes and the cure.
    """
    spec = stored.spec
    _, n_signal_rows, length = inputs.ecg.shape
    if (n_signal_rows, length) != (spec.n_signal_rows, spec.length):
        raise ValueError(
            f"{path}: the model was trained on beats of {spec.n_signal_rows} row(s) and "
            f"{spec.length} samples, these have {n_signal_rows} and {length}: preprocess.rows or "
            "preprocess.length has changed; train again with 'dvc repro'"
        )
    n_features = inputs.features.shape[1]
    if spec.n_features and n_features != spec.n_features:
        raise ValueError(
            f"{path}: the model was trained with {spec.n_features} features beside the waveform, "
            f"these beats have {n_features}: preprocess.comparisons has changed; train again with "
            "'dvc repro'"
        )


def _read_spec(values: dict[str, Any]) -> NetworkSpec:
    fusion = values["fusion"]
    if fusion not in FUSIONS:
        raise ValueError(f"unknown fusion {fusion!r}; known are {', '.join(FUSIONS)}")
    attention, size = values["attention"], values["size"]
    if size not in get_args(Size):
        raise ValueError(f"unknown size {size!r}; known are {', '.join(get_args(Size))}")
    return NetworkSpec(
        fusion=fusion,
        n_signal_rows=values["n_signal_rows"],
        length=values["length"],
        n_features=values["n_features"],
        model=build_config(ModelConfig, values["model"]),
        size=size,
        attention=None if attention is None else build_config(FusionConfig, attention),
    )

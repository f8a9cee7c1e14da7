"""Model files of networks for single beats, together with the score that tells unfamiliar beats.

Both files of a model hold the network, the score fitted to its training beats, and the threshold
above which a beat is refused. In the ONNX file, network and score are one graph.
"""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from ecgfuse.datasets.single_beats import LENGTH
from ecgfuse.export.onnx_file import OUTPUT, write_onnx
from ecgfuse.models.single_beat import SingleBeatName, SingleBeatNet, build_single_beat
from ecgfuse.models.store import PlainValues
from ecgfuse.ood.scores import OODScore, ScoreName, build_score
from ecgfuse.pipeline.files import atomic_file

KIND = "single_beat"
"""Value of "kind" in the metadata; `ecgfuse.annotate` knows the model by it."""
INPUT = "beats"
SCORE = "ood_score"


@dataclass(frozen=True, kw_only=True)
class SingleBeatSpec:
    """Everything that determines the shapes of the weights."""

    networks: tuple[SingleBeatName, ...]
    """One, or several whose probabilities are averaged."""
    n_classes: int
    score: ScoreName


class SingleBeatModel(nn.Module):
    """One or several networks for single beats, and the score of unfamiliar beats.

    Args:
        networks: their probabilities are averaged.
        score: fitted to training beats, and to their features of the first network.
    """

    def __init__(self, networks: Sequence[SingleBeatNet], *, score: OODScore) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)
        self.score = score

    def forward(self, beats: Tensor) -> tuple[Tensor, Tensor]:
        """Beats (B, 187) in [0, 1] -> probabilities (B, n_classes), and scores (B,)."""
        networks = cast(Sequence[SingleBeatNet], self.networks)
        features = [network.features(beats) for network in networks]
        logits = [network.head(part) for network, part in zip(networks, features, strict=True)]
        probabilities = torch.stack([part.softmax(dim=1) for part in logits]).mean(dim=0)
        return probabilities, self.score(beats, features[0], logits[0])


@dataclass(frozen=True, kw_only=True)
class StoredSingleBeat:
    """A model as it is stored."""

    spec: SingleBeatSpec
    model: SingleBeatModel
    """In evaluation mode."""
    origin: PlainValues
    """Values stored beside the weights: ood.threshold, leads, seeds, ..."""


def export_single_beat(stored: StoredSingleBeat, path: Path) -> None:
    """Write the model, and the same as ONNX beside it.

    The ONNX file maps beats (n, 187) float32 to probabilities (n, n_classes) and ood_score (n,).

    Args:
        path: safetensors file.
    """
    description = {"spec": dataclasses.asdict(stored.spec), "origin": stored.origin}
    metadata = {"ecgfuse": json.dumps(description, sort_keys=True)}
    tensors = {name: part.contiguous() for name, part in stored.model.state_dict().items()}
    with atomic_file(path) as temporary:
        save_file(tensors, temporary, metadata=metadata)
        temporary.chmod(0o644)  # safetensors writes with mode 0600
    write_onnx(
        stored.model.eval(),
        path.with_suffix(".onnx"),
        inputs={INPUT: (LENGTH,)},
        outputs=[OUTPUT, SCORE],
        origin={**stored.origin, "kind": KIND},
    )


def load_single_beat(path: Path) -> StoredSingleBeat:
    """Read a safetensors file written by `export_single_beat`.

    Raises:
        ValueError: the file is missing, or is no such file of this version of ecgfuse.
    """
    cure = "restore it by 'git checkout', or run the stage 'export' of studies/heartbeat"
    if not path.is_file():
        raise ValueError(f"{path}: no such model file; {cure}")
    try:
        with safe_open(path, framework="pt") as file:
            description = json.loads((file.metadata() or {})["ecgfuse"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        spec = _read_spec(description["spec"])
        score = {
            name.removeprefix("score."): weight
            for name, weight in weights.items()
            if name.startswith("score.")
        }
        model = SingleBeatModel(
            [build_single_beat(name, n_classes=spec.n_classes) for name in spec.networks],
            score=build_score(spec.score, score),
        )
        model.load_state_dict(weights)
        origin = description["origin"]
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path}: not a model of single beats ({error}); {cure}") from None
    return StoredSingleBeat(spec=spec, model=model.eval(), origin=origin)


def _read_spec(values: PlainValues) -> SingleBeatSpec:
    unknown = {*values["networks"]} - {*get_args(SingleBeatName)}
    if unknown or values["score"] not in get_args(ScoreName):
        raise ValueError(f"unknown networks or score: {dict(values)}")
    return SingleBeatSpec(
        networks=tuple(values["networks"]),
        n_classes=values["n_classes"],
        score=values["score"],
    )

"""Pretrain one network on unlabelled windows."""

from collections.abc import Callable, Mapping, Sequence, Sized
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor

from ecgfuse.engine.device import compute_device
from ecgfuse.engine.randomness import EpochSeeds
from ecgfuse.engine.schedule import PlateauSchedule
from ecgfuse.engine.training import Losses, Means, Progress, Training, no_progress
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.mae_moco import MAEMoCo
from ecgfuse.pretrain.mae_nextclip import MAENextclip
from ecgfuse.pretrain.quantiser import warn_of_collapse
from ecgfuse.pretrain.w2v_cmsc_rlm import W2VCMSCRLM
from ecgfuse.pretrain.windows import Windows

Objective = MAEMoCo | MAENextclip | W2VCMSCRLM

_VALID_SEED = 7
"""Fixed masks and views in validation, so that losses are comparable between epochs."""


@dataclass(frozen=True)
class Pretrained:
    """A pretrained encoder and its training curve."""

    encoder: dict[str, Tensor]
    """Encoder weights at the best epoch."""
    epoch: int
    """The epoch of these weights, from 1."""
    history: list[dict[str, float]]
    """One row per epoch: all losses, with prefix train_ or valid_."""


def pretrain_network(
    build: Callable[[], Objective],
    *,
    train: Windows,
    valid: Windows,
    config: PretrainConfig,
    checkpoint: Path,
    progress: Progress = no_progress,
) -> Pretrained:
    """Train on an objective; on a CPU, equal seeds and data give equal weights, interrupted or not.

    A GPU sums in varying order, which may change the last bits.

    Args:
        build: builds the network; torch's generator is seeded before the call.
        valid: windows of other patients; their loss drives early stopping and selects the epoch.
        checkpoint: file to resume from, written after every epoch.

    Raises:
        ValueError: there are no windows, or a loss is not finite.
    """
    for name, windows in (("training", train), ("validation", valid)):
        if not len(windows):
            raise ValueError(
                f"there are no {name} windows to pretrain on; add records of {name} patients"
            )
    pretraining = Pretraining(build, train=train, valid=valid, config=config)
    pretraining.fit(epochs=config.epochs, checkpoint=checkpoint, progress=progress)
    return Pretrained(
        encoder=pretraining.kept_weights,
        epoch=pretraining.kept_epoch,
        history=pretraining.history,
    )


def epoch_size(windows: Sized, *, config: PretrainConfig) -> int:
    """Number of windows per epoch."""
    return min(config.epoch_windows or len(windows), len(windows))


class Pretraining(Training):
    """Training of an objective on windows; its queue and momentum encoder belong to the network."""

    network: Objective

    def __init__(
        self,
        build: Callable[[], Objective],
        *,
        train: Windows,
        valid: Windows,
        config: PretrainConfig,
    ) -> None:
        self.train, self.valid, self.config = train, valid, config
        randomness = EpochSeeds(config.seed)
        network = build().to(compute_device())
        optimizer = torch.optim.Adam(
            [weight for weight in network.parameters() if weight.requires_grad],
            lr=config.learning_rate,
        )
        super().__init__(
            network,
            optimizer=optimizer,
            schedule=PlateauSchedule(
                optimizer,
                rate=config.learning_rate,
                warmup=config.warmup_epochs,
                patience=config.patience,
                factor=config.factor,
                stop_after=config.stop_after,
            ),
            randomness=randomness,
            precision=config.precision,
            name="pretraining",
            cure=f"lower pretrain.learning_rate ({config.learning_rate:g}) or set "
            "pretrain.precision: fp32",
        )

    def batches(self, generator: Generator) -> Sequence[Tensor]:
        """Indices of the windows of one epoch, in random order."""
        order = torch.randperm(len(self.train), generator=generator)
        return self._split(order[: epoch_size(self.train, config=self.config)])

    def losses(self, batch: Tensor, generator: Generator) -> Losses:
        """All losses of the objective."""
        return self._losses(self.train, batch, generator=generator)

    def after_step(self) -> None:
        """Update what is not trained by gradient, such as the momentum encoder."""
        self.network.after_step()

    def after_epoch(self, batches: Sequence[Tensor], losses: Mapping[str, float]) -> None:
        """Warn if the codes of a quantiser have collapsed."""
        if isinstance(self.network, W2VCMSCRLM):
            warn_of_collapse(losses["perplexity"], n_groups=self.network.settings.n_groups)

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """Mean losses on windows of other patients."""
        generator = Generator().manual_seed(_VALID_SEED)
        self.network.eval()
        means = Means()
        # Shuffled, since the windows of one recording are not negatives of each other.
        for batch in self._split(torch.randperm(len(self.valid), generator=generator)):
            losses = self._losses(self.valid, batch, generator=generator)
            means.add(losses, n_examples=len(batch))
        return {f"valid_{name}": value for name, value in means.values().items()}

    def rank(self, scores: Mapping[str, float]) -> float:
        """The negative validation loss."""
        return -scores["valid_loss"]

    def weights(self) -> Mapping[str, Tensor]:
        """Weights of the encoder; the heads of the objective are discarded."""
        return self.network.encoder.state_dict()

    def _split(self, order: Tensor) -> Sequence[Tensor]:
        """Batches of nearly equal size; a remainder of a single window would have no negatives."""
        return order.tensor_split(max(1, len(order) // self.config.batch_size))

    def _losses(self, windows: Windows, batch: Tensor, *, generator: Generator) -> Losses:
        signal = windows.signal[batch].to(self.device, non_blocking=True)
        recordings = windows.recordings[batch].to(self.device, non_blocking=True)
        with self.autocast():
            return self.network.losses(signal, recordings=recordings, generator=generator)

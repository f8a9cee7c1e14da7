"""Train the rows of the bridge without the patients of one fold, and predict these."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from ecgfuse.datasets.inputs import Inputs, LabelledInputs
from ecgfuse.models.layers import FeatureScaler
from ecgfuse.models.store import Network
from ecgfuse.studies.published.bridge_data import BridgeBeats
from ecgfuse.studies.published.bridge_rows import BridgeRow
from ecgfuse.studies.published.data import with_rows
from ecgfuse.studies.published.macnn import PublishedMacnn
from ecgfuse.studies.published.rows import MacnnRow
from ecgfuse.studies.published.rr import N_FEATURES, N_RATIOS
from ecgfuse.studies.published.training import Budget, PublishedTraining, predict
from ecgfuse.train.loop import train_seed
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.train.validate import predict_logits


@dataclass(frozen=True, kw_only=True)
class BridgeSettings:
    """What the rows take from the parameters."""

    budget: Budget
    """Of the published recipe."""
    job: TrainingJob
    """Training of the hybrid network according to params.yaml; its seeds are not used."""


class PooledNet(nn.Module):
    """The study's network on the input of the pipeline.

    Args:
        row: of the bridge, with block "published".
    """

    def __init__(self, row: BridgeRow) -> None:
        super().__init__()
        self.rr_rows = row.rr_rows
        self.scaler = FeatureScaler(N_RATIOS + N_FEATURES) if row.standardised else None
        n_rows = 1 + (N_RATIOS if row.rr_rows == "ratios" else N_FEATURES)
        self.network = PublishedMacnn(
            n_rows, n_rr=N_FEATURES, fusion="mhca", activation=row.activation
        )

    def fit_scalers(self, inputs: Inputs) -> None:
        """Standardise RR features by the training beats, if the row does."""
        if self.scaler is not None:
            self.scaler.fit(inputs.rr)

    def forward(self, inputs: Inputs) -> Tensor:
        """Input as `BridgeBeats.inputs` -> logits (B, 4)."""
        rr = inputs.rr if self.scaler is None else self.scaler(inputs.rr)  # (B, 9)
        ratios, features = rr[:, :N_RATIOS], rr[:, N_RATIOS:]
        constants = ratios if self.rr_rows == "ratios" else features
        return self.network(with_rows(inputs.ecg, constants), features)


def predict_without(
    row: BridgeRow,
    beats: BridgeBeats,
    *,
    held_out: np.ndarray,
    seed: int,
    settings: BridgeSettings,
    checkpoint: Path,
) -> np.ndarray:
    """Train a row without the held-out beats up to the last epoch, and predict these.

    Args:
        held_out: (n_beats,) bool.
        checkpoint: file to resume from.

    Returns:
        Probabilities of the held-out beats, (n_held_out, 4).

    Raises:
        ValueError: a loss is not finite.
    """
    if row.recipe == "published":
        return _as_published(
            row, beats, held_out=held_out, seed=seed, settings=settings, checkpoint=checkpoint
        )
    data, mask = beats.labelled(row), torch.from_numpy(held_out)
    build = _builder(row, data, settings=settings)
    trained = train_seed(
        build,
        train=data.at(~mask),
        valid=None,
        config=replace(settings.job.train, checkpoint="last"),
        augment=settings.job.augment,
        seed=seed,
        checkpoint=checkpoint,
    )
    network = build()
    network.load_state_dict(trained.weights)
    return predict_logits(network, data.at(mask).inputs).softmax(dim=1).numpy()


def _as_published(
    row: BridgeRow,
    beats: BridgeBeats,
    *,
    held_out: np.ndarray,
    seed: int,
    settings: BridgeSettings,
    checkpoint: Path,
) -> np.ndarray:
    data = beats.as_published(row)
    network_row = MacnnRow(title=row.name, option="opt3", fusion="mhca", activation=row.activation)
    training = PublishedTraining(
        network_row,
        train=data.at(~held_out),
        valid=None,
        budget=settings.budget,
        seed=seed,
        precision=settings.job.train.precision,
    )
    training.fit(epochs=settings.budget.epochs, checkpoint=checkpoint)
    return predict(training.network, data.at(held_out), bf16=training.bf16)


def _builder(
    row: BridgeRow, data: LabelledInputs, *, settings: BridgeSettings
) -> Callable[[], Network]:
    if row.block == "published":
        # The training loop calls forward and fit_scalers of a network, and nothing else of it.
        return cast("Callable[[], Network]", lambda: PooledNet(row))
    job = settings.job
    if not row.waveform_dropout:
        job = replace(job, model=replace(job.model, waveform_dropout=0.0))
    return job.spec(data).build

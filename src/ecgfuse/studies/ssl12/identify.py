"""Patient identification: is a recording closest to another recording of the same patient?

Oh et al., CHIL 2022: an encoder is trained with ArcFace (Deng et al., CVPR 2019) to identify the
training recordings; new patients are retrieved by the cosine similarity of embeddings, since the
class scores refer to training patients.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from ecgfuse.engine.device import Precision, compute_device
from ecgfuse.engine.randomness import OneStream
from ecgfuse.engine.schedule import Schedule
from ecgfuse.engine.training import Losses, Training
from ecgfuse.models.encoder import summary
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.studies.ssl12.classifier import embed
from ecgfuse.studies.ssl12.config import LeadsConfig

_BATCH_SIZE = 64


class ArcFace(nn.Module):
    """Cosines to one direction per identity, with a margin added to the angle of the true one.

    Args:
        scale: factor on the cosines.
        margin: in radians. If angle + margin exceeds pi, margin * sin(margin) is subtracted from
            the cosine instead, so that the logit decreases with the angle everywhere.
    """

    def __init__(self, width: int, *, n_identities: int, scale: float, margin: float) -> None:
        super().__init__()
        self.scale, self.margin = scale, margin
        self.directions = nn.Parameter(torch.empty(n_identities, width))
        nn.init.xavier_uniform_(self.directions)

    def forward(self, embedding: Tensor, identity: Tensor) -> Tensor:
        """Logits (B, n_identities) of embeddings (B, width), given their identities (B,)."""
        cosine = F.normalize(embedding) @ F.normalize(self.directions).T
        own = cosine.gather(1, identity[:, None]).clamp(-1 + 1e-6, 1 - 1e-6)
        angle = own.acos()
        wider = torch.where(
            angle + self.margin < math.pi,
            (angle + self.margin).cos(),
            own - self.margin * math.sin(self.margin),
        )
        return self.scale * cosine.scatter(1, identity[:, None], wider)


def train_identities(
    encoder: Wav2VecEncoder,
    signal: Tensor,
    *,
    config: LeadsConfig,
    precision: Precision,
    seed: int,
) -> None:
    """Train an encoder to identify recordings from half of their windows.

    Args:
        encoder: trained in place.
        signal: (n, n_leads, n_samples), one window per training patient.

    Raises:
        ValueError: a loss is not finite.
    """
    training = Identification(encoder, signal, config=config, precision=precision, seed=seed)
    training.fit(epochs=config.identify_epochs)


class Identification(Training):
    """Training of an encoder and an ArcFace head to identify recordings."""

    def __init__(
        self,
        encoder: Wav2VecEncoder,
        signal: Tensor,
        *,
        config: LeadsConfig,
        precision: Precision,
        seed: int,
    ) -> None:
        self.signal = signal
        randomness = OneStream(seed)
        head = ArcFace(
            encoder.out_channels,
            n_identities=len(signal),
            scale=config.identify_scale,
            margin=config.identify_margin,
        )
        network = nn.ModuleDict({"encoder": encoder, "head": head}).to(compute_device())
        optimizer = torch.optim.Adam(
            [weight for weight in network.parameters() if weight.requires_grad],
            lr=config.identify_learning_rate,
        )
        super().__init__(
            network,
            optimizer=optimizer,
            schedule=Schedule(),
            randomness=randomness,
            precision=precision,
            name="identification",
            cure="lower leads.identify_learning_rate",
        )
        self.encoder, self.head = encoder, head

    def batches(self, generator: Generator) -> Sequence[Tensor]:
        """Indices of all recordings in random order."""
        return torch.randperm(len(self.signal), generator=generator).split(_BATCH_SIZE)

    def losses(self, batch: Tensor, generator: Generator) -> Losses:
        """Cross-entropy of the identities, from a random half of each window."""
        half = _random_half(self.signal[batch], generator=generator).to(self.device)
        identity = batch.to(self.device)
        with self.autocast():
            embedding = summary(self.encoder, half)
        return {"loss": F.cross_entropy(self.head(embedding.float(), identity), identity)}


def _random_half(signal: Tensor, *, generator: Generator) -> Tensor:
    """A random half of each window: five of its ten seconds."""
    length = signal.shape[2] // 2
    starts = torch.randint(length + 1, (len(signal), 1), generator=generator)
    index = (starts + torch.arange(length))[:, None].expand(-1, signal.shape[1], -1)
    return signal.gather(2, index)


def rank_1(encoder: Wav2VecEncoder, signal: Tensor, *, table: pd.DataFrame) -> float:
    """Share of patients whose second recording is closest to their own first one.

    Args:
        signal: (n, n_leads, n_samples).
        table: n rows with name and patient; the first two recordings by name per patient are used.

    Returns:
        0 to 1; chance level is one over the number of patients.
    """
    gallery, probes = gallery_and_probes(table)
    half = signal[:, :, : signal.shape[2] // 2]
    embedding = F.normalize(embed(encoder, half))
    similarity = embedding[torch.from_numpy(probes)] @ embedding[torch.from_numpy(gallery)].T
    return float((similarity.argmax(dim=1) == torch.arange(len(probes))).double().mean())


def gallery_and_probes(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Row indices of the first and the second recording of each patient with two.

    Raises:
        ValueError: there are fewer than two such patients.
    """
    ordered = table.assign(row=np.arange(len(table))).sort_values("name")
    by_patient = [group["row"].to_numpy()[:2] for _, group in ordered.groupby("patient")]
    pairs = np.array([pair for pair in by_patient if len(pair) == 2])
    if len(pairs) < 2:
        raise ValueError(
            f"{len(pairs)} patients have two recordings, but identification needs two or more such "
            "patients; add ptb-xl to recordings.databases"
        )
    return pairs[:, 0], pairs[:, 1]

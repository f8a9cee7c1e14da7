"""Patient identification: is a recording of a patient nearer to another of the same than to all?

Oh et al., CHIL 2022: an encoder learns to tell the training recordings apart by ArcFace (Deng et
al., CVPR 2019); new patients are found by the cosine between embeddings. Class scores are not
compared: those are likenesses to training patients.
"""

import math

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ecgfuse.models.encoder import summary
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pretrain.config import Precision
from ecgfuse.pretrain.loop import computes_in_bf16
from ecgfuse.ssl12.config import LeadsConfig
from ecgfuse.ssl12.fine_tune import embed
from ecgfuse.train.compute import pretraining_device

_BATCH_SIZE = 64


class ArcFace(nn.Module):
    """Cosines to a direction for each identity, the angle to the own one made wider by a margin.

    Args:
        scale: multiplies the cosines.
        margin: in radians. Where angle and margin are more than pi together, the cosine is lowered
            by margin * sin(margin) instead, so that a wider angle never gives a higher logit.
    """

    def __init__(self, width: int, *, n_identities: int, scale: float, margin: float) -> None:
        super().__init__()
        self.scale, self.margin = scale, margin
        self.directions = nn.Parameter(torch.empty(n_identities, width))
        nn.init.xavier_uniform_(self.directions)

    def forward(self, embedding: Tensor, identity: Tensor) -> Tensor:
        """Logits (B, n_identities) of embeddings (B, width) whose identities (B,) are known."""
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
    """Teach an encoder to tell recordings apart, whichever half of one it sees.

    Args:
        encoder: is changed.
        signal: (n, n_leads, n_samples), one window of each training patient.

    Raises:
        ValueError: a loss is not finite.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    head = ArcFace(
        encoder.out_channels,
        n_identities=len(signal),
        scale=config.identify_scale,
        margin=config.identify_margin,
    )
    device = pretraining_device()
    bf16 = computes_in_bf16(precision, device=device)
    encoder.to(device).train()
    head.to(device)
    weights = [weight for weight in encoder.parameters() if weight.requires_grad]
    optimizer = torch.optim.Adam([*weights, *head.parameters()], lr=config.identify_learning_rate)
    for _ in range(config.identify_epochs):
        for index in torch.randperm(len(signal), generator=generator).split(_BATCH_SIZE):
            half = _random_half(signal[index], generator=generator).to(device)
            identity = index.to(device)
            with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
                embedding = summary(encoder, half)
            loss = F.cross_entropy(head(embedding.float(), identity), identity)
            if not torch.isfinite(loss):
                raise ValueError(
                    f"the loss is {loss.item()} in identification; lower "
                    "leads.identify_learning_rate"
                )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def _random_half(signal: Tensor, *, generator: torch.Generator) -> Tensor:
    """Five seconds of each window, from anywhere in it."""
    length = signal.shape[2] // 2
    starts = torch.randint(length + 1, (len(signal), 1), generator=generator)
    index = (starts + torch.arange(length))[:, None].expand(-1, signal.shape[1], -1)
    return signal.gather(2, index)


def rank_1(encoder: Wav2VecEncoder, signal: Tensor, *, table: pd.DataFrame) -> float:
    """Share of patients whose second recording is nearest to their own first one.

    Args:
        signal: (n, n_leads, n_samples).
        table: (n,) rows with name and patient; of each patient the first two by name are used.

    Returns:
        0 to 1; chance is one over the number of patients.
    """
    gallery, probes = gallery_and_probes(table)
    half = signal[:, :, : signal.shape[2] // 2]
    embedding = F.normalize(embed(encoder, half))
    likeness = embedding[torch.from_numpy(probes)] @ embedding[torch.from_numpy(gallery)].T
    return float((likeness.argmax(dim=1) == torch.arange(len(probes))).double().mean())


def gallery_and_probes(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the first and of the second recording of each patient who has two.

    Raises:
        ValueError: there are not two such patients.
    """
    ordered = table.assign(row=np.arange(len(table))).sort_values("name")
    by_patient = [group["row"].to_numpy()[:2] for _, group in ordered.groupby("patient")]
    pairs = np.array([pair for pair in by_patient if len(pair) == 2])
    if len(pairs) < 2:
        raise ValueError(
            f"{len(pairs)} patients have two recordings, but identification needs two or more; "
            "add ptb-xl to recordings.databases"
        )
    return pairs[:, 0], pairs[:, 1]

"""MAE-MoCo: momentum contrast on [CLS], masked autoencoding on the patches.

Source: OpenReview submission iTjqAWYw2K, as far as public (abstract and one review). Loss = MoCo +
alpha * MAE. The autoencoder reads the masked, unaugmented signal; two augmented, unmasked views are
contrasted by their [CLS], or by the mean token of an encoder without [CLS].
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ecgfuse.models.encoder import summary
from ecgfuse.pretrain.mae import DecoderSize, MAEDecoder, MAEEncoder, mae_losses
from ecgfuse.pretrain.masking import mask_patches
from ecgfuse.pretrain.moco import ProjectionHead, Queue, follow, info_nce, momentum_copy
from ecgfuse.pretrain.views import ViewStrength, random_view
from ecgfuse.pretrain.windows import WindowShape


@dataclass(frozen=True, kw_only=True)
class MAEMoCoSettings:
    """Published values, except `mask_ratio`, which is not public (0.75 as in MAE)."""

    alpha: float = 40.0
    """Weight of the reconstruction; 20 and 10 are the paper's variants."""
    mask_ratio: float = 0.75
    projection: int = 128
    momentum: float = 0.99
    temperature: float = 0.2
    queue: int = 65_536
    views: ViewStrength = field(default_factory=ViewStrength)


class MAEMoCo(nn.Module):
    """The encoder with the decoder, heads and queue of its pretraining."""

    def __init__(
        self,
        encoder: MAEEncoder,
        *,
        shape: WindowShape,
        decoder: DecoderSize,
        settings: MAEMoCoSettings,
    ) -> None:
        super().__init__()
        self.settings, self.shape = settings, shape
        self.encoder = encoder
        self.decoder = MAEDecoder(decoder, in_width=encoder.out_channels, shape=shape)
        self.head = ProjectionHead(encoder.out_channels, width=settings.projection)
        self.slow_encoder = momentum_copy(self.encoder)
        self.slow_head = momentum_copy(self.head)
        self.queue = Queue(settings.queue, width=settings.projection)

    def losses(
        self, signal: Tensor, *, recordings: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Losses of a batch (B, n_leads, n_samples); "loss" is to be minimised.

        In training mode the keys are added to the queue. In evaluation mode the other windows of
        the batch are the negatives, so that losses are comparable between epochs: the negatives of
        the queue get harder while it fills.

        Args:
            recordings: (B,) int, recording index of each window. Windows of one recording are not
                negatives of each other.
        """
        settings = self.settings
        mask = mask_patches(
            len(signal), self.shape.n_patches, ratio=settings.mask_ratio, generator=generator
        ).to(signal.device)
        mae = mae_losses(self.encoder, self.decoder, signal, mask=mask, scales=self.shape.scales)
        view, other = (
            random_view(
                signal, strength=settings.views, scales=self.shape.scales, generator=generator
            )
            for _ in range(2)
        )
        moco = self._contrast(view, other, recordings=recordings)
        return {"loss": moco + settings.alpha * mae["mae"], "moco": moco, **mae}

    def _contrast(self, view: Tensor, other: Tensor, *, recordings: Tensor) -> Tensor:
        query = F.normalize(self.head(summary(self.encoder, view)).float(), dim=1)
        with torch.no_grad():
            key = F.normalize(self.slow_head(summary(self.slow_encoder, other)).float(), dim=1)
        queue = self.queue
        # Cloned, since the queue changes before the backward pass.
        negatives = queue.keys.clone() if self.training else key
        of_negatives = queue.recordings if self.training else recordings
        loss = info_nce(
            query,
            key,
            negatives=negatives,
            same=recordings[:, None] == of_negatives,
            temperature=self.settings.temperature,
        )
        if self.training:
            queue.push(key, recordings=recordings)
        return loss

    def after_step(self) -> None:
        """Update the momentum encoder."""
        follow(self.slow_encoder, self.encoder, rate=self.settings.momentum)
        follow(self.slow_head, self.head, rate=self.settings.momentum)

"""MAE-Nextclip: two generative tasks, masked autoencoding and predicting the next clip from [CLS].

Source: as mae_moco.py. Loss = Nextclip + alpha * MAE, without a contrastive term.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ecgfuse.models.encoder import summary
from ecgfuse.pretrain.mae import DecoderSize, MAEDecoder, MAEEncoder, in_scales, mae_losses
from ecgfuse.pretrain.masking import mask_patches
from ecgfuse.pretrain.nextclip import ClipDecoder, cut_clips, draw_starts, hide_future
from ecgfuse.pretrain.windows import WindowShape


@dataclass(frozen=True, kw_only=True)
class MAENextclipSettings:
    """Published values, except `mask_ratio`, which is not public (0.75 as in MAE)."""

    alpha: float = 2.0
    """Weight of the reconstruction; 1 and 0.5 are the paper's variants."""
    mask_ratio: float = 0.75


class MAENextclip(nn.Module):
    """The encoder with both decoders."""

    def __init__(
        self,
        encoder: MAEEncoder,
        *,
        shape: WindowShape,
        decoder: DecoderSize,
        settings: MAENextclipSettings,
    ) -> None:
        super().__init__()
        self.settings, self.shape = settings, shape
        self.encoder = encoder
        self.decoder = MAEDecoder(decoder, in_width=encoder.out_channels, shape=shape)
        self.clip_decoder = ClipDecoder(decoder, in_width=encoder.out_channels, shape=shape)

    def losses(
        self, signal: Tensor, *, recordings: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Losses of a batch (B, n_leads, n_samples); "loss" is to be minimised.

        Includes the losses of trivial predictions of the clip: zero, and the preceding clip.

        Args:
            recordings: not used.
        """
        settings, shape = self.settings, self.shape
        mask = mask_patches(
            len(signal), shape.n_patches, ratio=settings.mask_ratio, generator=generator
        ).to(signal.device)
        mae = mae_losses(self.encoder, self.decoder, signal, mask=mask, scales=shape.scales)
        starts = draw_starts(
            len(signal), n_samples=shape.n_samples, clip=shape.clip, generator=generator
        ).to(signal.device)
        scaled = in_scales(signal, shape.scales)
        clip = cut_clips(scaled, starts, clip=shape.clip)
        drawn = self.clip_decoder(summary(self.encoder, hide_future(signal, starts)))
        nextclip = (drawn.float() - clip).square().mean()
        before = cut_clips(scaled, starts - shape.clip, clip=shape.clip)
        return {
            "loss": nextclip + settings.alpha * mae["mae"],
            **mae,
            "nextclip": nextclip,
            "nextclip_if_zero": clip.square().mean(),
            "nextclip_if_repeated": (before - clip).square().mean(),
        }

    def after_step(self) -> None:
        """Do nothing: all weights are trained by gradient."""

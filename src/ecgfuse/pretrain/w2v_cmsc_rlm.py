"""W2V+CMSC+RLM: wav2vec 2.0 within segments, CMSC between two segments, random lead masking.

Oh et al., CHIL 2022. Settings as in their published code, without LayerDrop, which its later
versions omit.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pretrain.contrast import (
    LocalContrast,
    draw_distractors,
    global_contrast,
    local_contrast,
)
from ecgfuse.pretrain.masking import mask_leads, mask_spans
from ecgfuse.pretrain.quantiser import Quantiser

_FEATURE_GRADIENT = 0.1
"""Factor on the gradient of the convolutions, which learn more slowly than the transformer."""


@dataclass(frozen=True, kw_only=True)
class W2VSettings:
    """Published values."""

    lead_masking: float = 0.5
    """Probability that a lead of a segment is masked; 0 turns random lead masking off."""
    mask_probability: float = 0.65
    span: int = 10
    n_groups: int = 2
    n_entries: int = 320
    target_width: int = 256
    n_distractors: int = 100
    temperature: float = 0.1
    cmsc: float = 1.0
    """Weight of the global loss; 0 is wav2vec 2.0 only."""
    diversity: float = 0.1
    penalty: float = 10.0
    """Weight of the mean square of the features."""
    warmest: float = 2.0
    """Initial temperature of the quantiser."""
    coolest: float = 0.5
    """Final temperature of the quantiser."""
    cooling: float = 0.999995
    """Factor on the temperature per step."""


class W2VCMSCRLM(nn.Module):
    """The encoder with the quantiser and heads of its pretraining. Windows are two segments."""

    steps: Tensor

    def __init__(self, encoder: Wav2VecEncoder, *, settings: W2VSettings) -> None:
        super().__init__()
        self.settings = settings
        self.encoder = encoder
        self.quantiser = Quantiser(
            encoder.size.conv_width,
            n_groups=settings.n_groups,
            n_entries=settings.n_entries,
            width=settings.target_width,
        )
        self.project_target = nn.Linear(settings.target_width, settings.target_width)
        self.project_context = nn.Linear(encoder.out_channels, settings.target_width)
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    def losses(
        self, signal: Tensor, *, recordings: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Losses of a batch of windows (B, n_leads, n_samples); "loss" is to be minimised.

        Args:
            recordings: (B,) int, recording index of each window.
        """
        settings = self.settings
        segments = torch.cat(signal.chunk(2, dim=2))  # (2 B, n_leads, n_samples / 2)
        hidden = mask_leads(
            *segments.shape[:2], probability=settings.lead_masking, generator=generator
        ).to(signal.device)
        raw = self.encoder.features(segments.masked_fill(hidden[:, :, None], 0.0))
        slow = raw.detach() + _FEATURE_GRADIENT * (raw - raw.detach())
        features = self.encoder.feature_norm(slow)  # (2 B, T, conv_width)
        mask = mask_spans(
            *features.shape[:2],
            probability=settings.mask_probability,
            span=settings.span,
            generator=generator,
        ).to(signal.device)
        context = self.encoder.contextualise(features, mask=mask)  # (2 B, T, width)
        found, perplexity = self._local(context, features, mask, generator=generator)
        n_entries = settings.n_groups * settings.n_entries
        first, second = context.float().mean(dim=1).chunk(2)
        parts = {
            "local": found.loss,
            "global": global_contrast(
                first, second, recordings=recordings, temperature=settings.temperature
            ),
            "diversity": (n_entries - perplexity) / n_entries,
            "penalty": slow.float().square().mean(),
        }
        loss = (
            parts["local"]
            + settings.cmsc * parts["global"]
            + settings.diversity * parts["diversity"]
            + settings.penalty * parts["penalty"]
        )
        return {
            "loss": loss,
            **parts,
            "local_by_chance": found.by_chance,
            "perplexity": perplexity.detach(),
        }

    def _local(
        self, context: Tensor, features: Tensor, mask: Tensor, *, generator: torch.Generator
    ) -> tuple[LocalContrast, Tensor]:
        """The local loss and the perplexity of the codebooks."""
        n_segments = len(mask)
        dropped = F.dropout(features, self.encoder.size.dropout, training=self.training)
        at_mask = dropped[mask].view(n_segments, -1, features.shape[2])  # (2 B, n_hidden, conv)
        quantised = self.quantiser(at_mask, temperature=self.temperature(), generator=generator)
        targets = self.project_target(quantised.targets).float()
        guesses = self.project_context(context[mask].view(*targets.shape[:2], -1)).float()
        distractors = draw_distractors(
            *targets.shape[:2], n_distractors=self.settings.n_distractors, generator=generator
        ).to(mask.device)
        found = local_contrast(
            guesses, targets, distractors=distractors, temperature=self.settings.temperature
        )
        return found, quantised.perplexity

    def temperature(self) -> float:
        """Temperature of the quantiser at the current step."""
        settings = self.settings
        return max(settings.warmest * settings.cooling ** int(self.steps), settings.coolest)

    def after_step(self) -> None:
        """Lower the temperature of the quantiser."""
        self.steps += 1

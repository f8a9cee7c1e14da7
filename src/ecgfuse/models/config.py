"""Parameters of the networks: the groups `model` and `fusion` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.params import require, require_share

Block = Literal["mhca", "concat", "gated_concat", "film"]
EncoderName = Literal["macnn_se", "vit", "wav2vec"]
Size = Literal["small", "paper"]
"""Of vit and wav2vec: paper has the published widths, small trains in minutes on two cores."""


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The backbone, which all fusions share."""

    group: ClassVar[str] = "model"

    encoder: EncoderName
    """macnn_se, the study's; vit and wav2vec: those of the self-supervised systems."""
    stem_channels: int
    """Read by macnn_se alone, as the next two and stochastic_depth. Channels after the first
    convolution; every stage multiplies them by len(dilations)."""
    dilations: tuple[int, ...]
    """Dilations of the parallel convolutions, in samples of the feature map."""
    se_reductions: tuple[int, ...]
    """Reduction of the squeeze-and-excitation block of each of the three stages."""
    dropout: float
    """Share of the pooled feature that is dropped in training, 0 to below 1."""
    stochastic_depth: float
    """Probability that a beat skips the body of a residual block in training, 0 to below 1."""

    def __post_init__(self) -> None:
        require(
            self.stem_channels >= 1,
            field="model.stem_channels",
            value=self.stem_channels,
            cure="must be 1 or more",
        )
        require(
            len(self.dilations) >= 1 and min(self.dilations) >= 1,
            field="model.dilations",
            value=list(self.dilations),
            cure="must be a list of numbers of 1 or more, such as [1, 6, 12, 18]",
        )
        require(
            len(self.se_reductions) == 3 and min(self.se_reductions) >= 1,
            field="model.se_reductions",
            value=list(self.se_reductions),
            cure="must be three numbers of 1 or more, such as [4, 8, 16]",
        )
        for stage, reduction in enumerate(self.se_reductions, start=1):
            channels = self.stem_channels * len(self.dilations) ** stage
            require(
                channels % reduction == 0,
                field="model.se_reductions",
                value=list(self.se_reductions),
                cure=f"{reduction} must divide the {channels} channels of stage {stage}",
            )
        for field in ("dropout", "stochastic_depth"):
            require_share(getattr(self, field), field=f"model.{field}")


@dataclass(frozen=True, kw_only=True)
class FusionConfig:
    """The block of late and hybrid fusion in which RR features join the tokens of the ECG."""

    group: ClassVar[str] = "fusion"

    block: Block
    """mhca: cross-attention, the study's; concat: side by side; gated_concat: a gate weighs one
    against the other; film: RR scales and shifts the channels of the ECG."""
    emb_dim: int
    """Width of the embedded RR features; in mhca that of query, key and value."""
    dropout: float
    """In the block, 0 to below 1."""
    waveform_dropout: float
    """Share of training beats of which the block sees no waveform, only RR; 0 to below 1."""
    alpha_init: float
    """Read by mhca alone. Start of the gate: sigmoid(alpha) is the share of RR let in, -2 is
    12 %."""
    num_heads: int
    """Read by mhca alone. Heads of the attention; divides emb_dim."""
    key_value: Literal["sequence", "pooled"]
    """Read by mhca alone. sequence: RR reads the tokens of the beat; pooled: the specification's
    single token."""
    ffn_dim: int
    """Read by mhca alone. Hidden width of the feed-forward network."""

    def __post_init__(self) -> None:
        require(
            self.emb_dim >= 2 and self.emb_dim % 2 == 0,
            field="fusion.emb_dim",
            value=self.emb_dim,
            cure="must be even and at least 2",
        )
        require(
            self.num_heads >= 1 and self.emb_dim % self.num_heads == 0,
            field="fusion.num_heads",
            value=self.num_heads,
            cure=f"must divide fusion.emb_dim = {self.emb_dim}",
        )
        require(
            self.ffn_dim >= 1,
            field="fusion.ffn_dim",
            value=self.ffn_dim,
            cure="must be 1 or more",
        )
        require(
            abs(self.alpha_init) <= 20,
            field="fusion.alpha_init",
            value=self.alpha_init,
            cure="must lie between -20 and 20, beyond that the gate does not learn",
        )
        for field in ("dropout", "waveform_dropout"):
            require_share(getattr(self, field), field=f"fusion.{field}")

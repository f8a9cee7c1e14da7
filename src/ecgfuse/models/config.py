"""Parameters of the networks: the groups `model` and `fusion` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.pipeline.params import require, require_share

Block = Literal["mhca", "concat", "gated_concat", "film"]
EncoderName = Literal["macnn_se", "vit", "wav2vec"]
Size = Literal["small", "paper"]
"""Size of vit and wav2vec: paper has the published widths, small trains in minutes on two cores."""


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The backbone, the same in all fusions."""

    group: ClassVar[str] = "model"

    encoder: EncoderName
    """macnn_se: the study's; vit and wav2vec: the encoders of the self-supervised methods."""
    stem_channels: int
    """Channels after the first convolution; every stage multiplies them by len(dilations). Only
    macnn_se, like dilations, se_reductions and stochastic_depth."""
    dilations: tuple[int, ...]
    """Dilations of the parallel convolutions, in samples of the feature map."""
    se_reductions: tuple[int, ...]
    """Reduction of the squeeze-and-excitation block in each of the three stages."""
    dropout: float
    """Dropout rate on the pooled feature, 0 to below 1."""
    stochastic_depth: float
    """Probability of skipping the body of a residual block per beat, in training; 0 to below 1."""
    waveform_dropout: float
    """Share of training beats whose tokens are hidden from the fusion block; 0 to below 1."""

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
        for field in ("dropout", "stochastic_depth", "waveform_dropout"):
            require_share(getattr(self, field), field=f"model.{field}")


@dataclass(frozen=True, kw_only=True)
class FusionConfig:
    """The block behind the backbone, where features join the tokens of the ECG.

    Morphology features join here in every network, RR features in late and hybrid fusion. The
    network of RR alone uses emb_dim, ffn_dim and dropout.
    """

    group: ClassVar[str] = "fusion"

    block: Block
    """mhca: cross-attention, the study's; concat: concatenation; gated_concat: a gate weights one
    against the other; film: the features scale and shift the channels of the ECG."""
    emb_dim: int
    """Width of the embedded features; in mhca also of query, key and value."""
    dropout: float
    """Dropout rate in the block, 0 to below 1."""
    alpha_init: float
    """Only mhca: initial value of the gate; sigmoid(alpha) is the share of the answer; -2: 12 %."""
    num_heads: int
    """Only mhca: attention heads; must divide emb_dim."""
    key_value: Literal["sequence", "pooled"]
    """Only mhca. sequence: the features attend to the tokens of the beat; pooled: to their mean,
    the single token of the specification."""
    ffn_dim: int
    """Only mhca: hidden width of the feed-forward network."""

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
            cure="must lie between -20 and 20; beyond that the gate does not learn",
        )
        require_share(self.dropout, field="fusion.dropout")

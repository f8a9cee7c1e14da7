"""Build the block that fuses features with the tokens of a beat, by `fusion.block`."""

from typing import assert_never

from ecgfuse.models.concat import ConcatFusion
from ecgfuse.models.config import FusionConfig
from ecgfuse.models.film import FiLMFusion
from ecgfuse.models.gated_concat import GatedConcatFusion
from ecgfuse.models.mhca import MHCAFusion

FusionBlock = MHCAFusion | ConcatFusion | GatedConcatFusion | FiLMFusion
"""All take tokens (B, T, C) and features (B, n_features) and return a feature (B, out_dim) and the
attention, or None if they have none."""


def fusion_block(config: FusionConfig, *, n_features: int, token_dim: int) -> FusionBlock:
    """Build a block with fresh weights, drawn from torch's generator.

    Args:
        n_features: RR and morphology features that enter the block.
        token_dim: channels of an ECG token.
    """
    emb_dim, dropout = config.emb_dim, config.dropout
    match config.block:
        case "mhca":
            return MHCAFusion(
                n_features,
                token_dim=token_dim,
                emb_dim=emb_dim,
                num_heads=config.num_heads,
                alpha_init=config.alpha_init,
                key_value=config.key_value,
                ffn_dim=config.ffn_dim,
                dropout=dropout,
            )
        case "concat":
            return ConcatFusion(n_features, token_dim=token_dim, emb_dim=emb_dim, dropout=dropout)
        case "gated_concat":
            return GatedConcatFusion(
                n_features, token_dim=token_dim, emb_dim=emb_dim, dropout=dropout
            )
        case "film":
            return FiLMFusion(n_features, token_dim=token_dim, emb_dim=emb_dim, dropout=dropout)
        case _:
            assert_never(config.block)

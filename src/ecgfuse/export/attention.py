"""ONNX files that also tell where in the waveform the RR query of a network looked."""

from pathlib import Path
from typing import TypeGuard

from torch import Tensor, nn

from ecgfuse.datasets.inputs import Inputs
from ecgfuse.export.onnx_file import OUTPUT, write_onnx
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.models.mhca import MHCAFusion
from ecgfuse.models.store import Network, load_model

ATTENTION = "attention"
"""Output with the attention of each beat to the tokens of its waveform, the mean over the heads,
(n_beats, n_tokens). It sums to 1; in a vit to 1 less the attention to [CLS], which has no time."""


class _Attending(nn.Module):
    """A network with a softmax and its attention, and its inputs as separate arguments."""

    def __init__(self, network: HeartbeatNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, ecg: Tensor, rr: Tensor, morphology: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities of N S V F, (B, 4), and attention, (B, n_tokens)."""
        inputs = Inputs(ecg=ecg, rr=rr, morphology=morphology)
        logits, attention = self.network.attend(inputs)
        assert attention is not None, "see rr_attends"
        return logits.softmax(dim=1), attention.mean(dim=1)


def rr_attends(network: Network) -> TypeGuard[HeartbeatNet]:
    """Whether RR features are in a query that attends to the parts of the waveform.

    They are not in early fusion, whose query are the comparisons with the median beat alone, nor in
    other fusion blocks. The pooled form of the block has a single token.
    """
    return (
        isinstance(network, HeartbeatNet)
        and network.rr_block
        and isinstance(network.fusion, MHCAFusion)
        and network.fusion.key_value == "sequence"
    )


def add_attention(path: Path) -> None:
    """Write the ONNX file of a model anew, with the output `ATTENTION` beside the probabilities.

    A model in which RR does not attend to the waveform keeps its file.

    Args:
        path: safetensors file written by `export_model`; the ONNX file lies beside it.

    Raises:
        ValueError: there is no such model.
    """
    stored = load_model(path)
    network, spec = stored.network, stored.spec
    if not rr_attends(network):
        return
    write_onnx(
        _Attending(network),
        path.with_suffix(".onnx"),
        inputs={
            "ecg": (spec.n_signal_rows, spec.length),
            "rr": (spec.n_rr,),
            "morphology": (spec.n_morphology,),
        },
        outputs=[OUTPUT, ATTENTION],
        origin=stored.origin,
    )

"""Models for deployment: one network, and the preprocessing that its recordings need."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from ecgfuse.export.onnx_file import save_onnx
from ecgfuse.models.store import StoredModel, load_model, save_model
from ecgfuse.pipeline.params import build_config
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig


def export_model(
    candidates: list[StoredModel], *, preprocess: PreprocessConfig, rr: RRConfig, out: Path
) -> None:
    """Save the seed with the best validation macro AUPRC, together with its preprocessing.

    Args:
        candidates: the models of all seeds; their origin has valid_macro_auprc.
        out: safetensors file; the same model is written beside it as ONNX.
    """
    best = max(candidates, key=lambda stored: stored.origin["valid_macro_auprc"])
    origin = {
        **best.origin,
        "preprocess": dataclasses.asdict(preprocess),
        "rr": dataclasses.asdict(rr),
    }
    save_model(best.network.state_dict(), out, spec=best.spec, origin=origin)
    save_onnx(best, out.with_suffix(".onnx"), origin=origin)


@dataclass(frozen=True)
class Deployable:
    """A model with the preprocessing that its recordings need."""

    stored: StoredModel
    preprocess: PreprocessConfig
    rr: RRConfig


def load_deployable(path: Path) -> Deployable:
    """Read a model written by `export_model`.

    Raises:
        ValueError: the file is missing, has no preprocessing, or is of another version.
    """
    stored = load_model(path)
    if "preprocess" not in stored.origin:
        raise ValueError(
            f"{path}: this model file has no preprocessing settings; use one from models/"
        )
    try:
        preprocess = build_config(PreprocessConfig, stored.origin["preprocess"])
        rr = build_config(RRConfig, stored.origin["rr"])
    except ValueError as error:
        raise ValueError(
            f"{path}: this model file is of another version of ecgfuse: {error}; run the stage "
            "that exports it again"
        ) from None
    return Deployable(stored=stored, preprocess=preprocess, rr=rr)

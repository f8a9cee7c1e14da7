"""Stage export@MODEL: keep the best seed, with its preprocessing, in git."""

import sys

from ecgfuse.causal import causal_preprocess, causal_rr
from ecgfuse.datasets.fusions import CAUSAL, model_named
from ecgfuse.export.deployable import export_model
from ecgfuse.models.store import load_seeds
from ecgfuse.params import load_params
from ecgfuse.places import Places
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.stage import run_stage


def main() -> None:
    """Write models/MODEL.safetensors and models/MODEL.onnx."""
    name = model_named(sys.argv)
    places = Places(name)
    preprocess, rr = load_params(PreprocessConfig), load_params(RRConfig)
    if name == CAUSAL:
        preprocess, rr = causal_preprocess(preprocess), causal_rr(rr)
    networks = load_seeds(places.networks)
    export_model(networks, preprocess=preprocess, rr=rr, out=places.exported)


if __name__ == "__main__":
    run_stage(main)

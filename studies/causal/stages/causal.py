"""Stage causal: beats and RR features that use nothing later than the beat."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.beats import preprocess
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import extract_rr
from ecgfuse.train.trained_model import CAUSAL, TrainedModel


def main() -> None:
    """Write beats/ and rr/, as the stages preprocess and rr of the root pipeline do."""
    split, model = load_params(SplitConfig), TrainedModel(CAUSAL)
    beats = model.features / "beats"
    preprocess(
        Path("data/raw") / load_params(DataConfig).database,
        config=model.preprocess(load_params(PreprocessConfig)),
        split=split,
        out=beats,
        workers=n_workers(sum(map(len, split.records().values()))),
    )
    extract_rr(beats, config=model.rr(load_params(RRConfig)), out=model.features / "rr")


if __name__ == "__main__":
    run_stage(main)

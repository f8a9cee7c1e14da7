"""Stage causal: beats and RR features that use nothing later than the beat."""

from pathlib import Path

from ecgfuse.causal import extract_causal
from ecgfuse.datasets.fusions import CAUSAL
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.params import load_params
from ecgfuse.places import Places
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers


def main() -> None:
    """Write beats/ and rr/."""
    split = load_params(SplitConfig)
    extract_causal(
        Path("data/raw") / load_params(DataConfig).database,
        preprocess_config=load_params(PreprocessConfig),
        rr_config=load_params(RRConfig),
        split=split,
        out=Places(CAUSAL).features,
        workers=n_workers(sum(map(len, split.records().values()))),
    )


if __name__ == "__main__":
    run_stage(main)

"""Stage rr: beat annotations -> RR features."""

from pathlib import Path

from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import extract_rr


def main() -> None:
    """Compute the RR features of all beats in use."""
    extract_rr(Path("data/beats"), config=load_params(RRConfig), out=Path("data/rr"))


if __name__ == "__main__":
    run_stage(main)

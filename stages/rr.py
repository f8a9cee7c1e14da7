"""Stage rr: beat annotations -> RR features."""

from pathlib import Path

from ecgfuse.params import load_params
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import extract_rr
from ecgfuse.stage import run_stage


def main() -> None:
    """Measure the RR intervals around every beat in use."""
    extract_rr(Path("data/beats"), config=load_params(RRConfig), out=Path("data/rr"))


if __name__ == "__main__":
    run_stage(main)

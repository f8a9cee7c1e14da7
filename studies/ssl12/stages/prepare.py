"""Stage prepare: 12-lead recordings -> windows of ten seconds with their labels."""

from pathlib import Path

from ecgfuse.params import load_params
from ecgfuse.ssl12.config import RecordingsConfig
from ecgfuse.ssl12.prepare import prepare
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers

STUDY = Path("studies/ssl12")
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Read the recordings of all databases."""
    prepare(
        load_params(RecordingsConfig, path=PARAMS),
        raw=STUDY / "data/raw",
        out=STUDY / "data/windows",
        workers=n_workers(),
    )


if __name__ == "__main__":
    run_stage(main)

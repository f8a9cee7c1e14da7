"""Stage prepare: 12-lead recordings -> windows of ten seconds with their labels."""

from pathlib import Path

from ecgfuse.engine.processes import n_workers
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.ssl12.config import RecordingsConfig
from ecgfuse.studies.ssl12.prepare import prepare

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

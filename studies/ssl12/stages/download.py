"""Stage download: fetch the 12-lead databases from a mirror or PhysioNet; check every file."""

from pathlib import Path

from ecgfuse.download.sources import download
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.ssl12.config import RecordingsConfig
from ecgfuse.studies.ssl12.databases import database_named

STUDY = Path("studies/ssl12")
PARAMS = STUDY / "params.yaml"


def main() -> None:
    """Fetch one database after the other."""
    config = load_params(RecordingsConfig, path=PARAMS)
    for name in config.databases:
        database = database_named(name, source=config.source)
        download(database, output=STUDY / "data/raw" / name, patterns=database.files)


if __name__ == "__main__":
    run_stage(main)

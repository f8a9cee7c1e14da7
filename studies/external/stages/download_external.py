"""Stage download_external@NAME: fetch another database from a mirror or PhysioNet."""

import sys
from pathlib import Path

from ecgfuse.download.sources import download
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import named_argument, run_stage
from ecgfuse.studies.external.config import ExternalConfig


def main() -> None:
    """Write data/raw/NAME."""
    config = load_params(ExternalConfig, path=Path("studies/external/params.yaml"))
    name = named_argument(sys.argv, kind="DATABASE", allowed=config.databases)
    download(config.database(name), output=Path("data/raw") / name)


if __name__ == "__main__":
    run_stage(main)

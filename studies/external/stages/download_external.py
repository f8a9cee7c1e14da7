"""Stage download_external@NAME: fetch another database, from a mirror or PhysioNet."""

import sys
from pathlib import Path

from ecgfuse.download.sources import download
from ecgfuse.external.config import ExternalConfig
from ecgfuse.params import load_params
from ecgfuse.stage import run_stage


def main() -> None:
    """Write data/raw/NAME."""
    (name,) = sys.argv[1:]
    config = load_params(ExternalConfig, path=Path("studies/external/params.yaml"))
    download(config.database(name), output=Path("data/raw") / name)


if __name__ == "__main__":
    run_stage(main)

"""Fill data/raw with the database: from a mirror, from PhysioNet, or synthetic.

    python stages/download.py

The source is data.source in params.yaml; $ECGFUSE_MIRROR names a folder or URL with a copy.
"""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.download.sources import download
from ecgfuse.params import load_params
from ecgfuse.stage import run_stage


def main() -> None:
    config = load_params(DataConfig)
    download(config, output=Path("data/raw") / config.database)


if __name__ == "__main__":
    run_stage(main)

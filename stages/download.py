"""Stage download: fill data/raw with the database: from a mirror, PhysioNet, or synthetic.

The source is data.source in params.yaml; $ECGFUSE_MIRROR names a folder or URL with a copy.
"""

from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.download.sources import download
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage


def main() -> None:
    """Write the recordings."""
    config = load_params(DataConfig)
    download(config, output=Path("data/raw") / config.database)


if __name__ == "__main__":
    run_stage(main)

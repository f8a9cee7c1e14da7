"""A small synthetic database, the output of the preprocess stage for it, and its configuration."""

from pathlib import Path

import pytest

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.preprocess.beats import preprocess
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.synthetic.database import write_synthetic_database

PREPROCESS = PreprocessConfig(
    leads=("MLII", "V1"),
    fs=360.0,
    band=(0.1, 100.0),
    fir_order=256,
    baseline="median",
    rows=("interval", "interval_reference", "interval_difference"),
    interval_s=(0.14, 0.28),
    window_s=(0.3, 0.4),
    length=64,
    scale="zscore",
    reference="record",
    reference_from="all",
    reference_beats=16,
    comparisons=False,
    second_lead=False,
)


@pytest.fixture(scope="session")
def preprocess_config() -> PreprocessConfig:
    """A fixed configuration, independent of params.yaml."""
    return PREPROCESS


@pytest.fixture(scope="session")
def small_split() -> SplitConfig:
    return SplitConfig(train=("101", "100"), valid=("109",), test=("114",))


@pytest.fixture(scope="session")
def synthetic_database(tmp_path_factory: pytest.TempPathFactory, small_split: SplitConfig) -> Path:
    """The records of small_split and a paced one, half a minute each; read-only."""
    folder = tmp_path_factory.mktemp("synthetic") / "mitdb"
    folder.mkdir()
    names = [name for records in small_split.records().values() for name in records]
    write_synthetic_database(folder, minutes=0.5, seed=0, records=[*names, "102"])
    return folder


@pytest.fixture(scope="session")
def beats_folder(
    tmp_path_factory: pytest.TempPathFactory, synthetic_database: Path, small_split: SplitConfig
) -> Path:
    """Output of the preprocess stage; read-only."""
    folder = tmp_path_factory.mktemp("stages") / "beats"
    preprocess(synthetic_database, config=PREPROCESS, split=small_split, out=folder, workers=2)
    return folder

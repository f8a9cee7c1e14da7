"""Small single beats, and networks of one epoch that were trained on them."""

import json
from pathlib import Path

import pytest
from serial_pool import serial_pool
from single_beat_sets import single_beats

from ecgfuse.datasets.single_beats import join_single_beats, save_single_beats
from ecgfuse.studies.heartbeat import networks
from ecgfuse.studies.heartbeat.kaggle import write_kaggle
from ecgfuse.studies.heartbeat.network_beats import SPLITS
from ecgfuse.studies.heartbeat.networks import NetworksConfig, train_networks
from ecgfuse.studies.heartbeat.training import FitConfig

CLASSES = ("N", "S", "V", "F", "Q")
LABELS = [0] * 20 + [1] * 4 + [2] * 6
"""Of each record; no F, and Q in paced records only."""
RECORDS = {
    "train": ("101", "106"),
    "valid": ("114", "124"),
    "test": ("100", "103"),
    "paced": ("102", "104"),
}
CONFIG = NetworksConfig(
    seeds=(1, 2),
    cnn_lstm_five_epochs=2,
    cnn_lstm_dropout_epochs=1,
    transformer_epochs=1,
    transformer_published_epochs=1,
)
TRAINING = FitConfig(max_epochs=2, patience=2, precision="fp32")


@pytest.fixture(scope="session")
def beats_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As the stage beats writes it, without Kaggle's files."""
    folder = tmp_path_factory.mktemp("heartbeat")
    for part, records in RECORDS.items():
        labels = [*LABELS[:-4], 4, 4, 4, 4] if part == "paced" else LABELS
        sets = [single_beats(labels, record=r, classes=CLASSES, seed=int(r)) for r in records]
        save_single_beats(join_single_beats(sets), folder / "mitdb" / part)
    for number, part in enumerate(("train", "valid", "test")):
        sets = [
            single_beats([label] * 12, record=f"{number}{label}", lead=lead, seed=number)
            for label in (0, 1)
            for lead in ("I", "II")
        ]
        save_single_beats(join_single_beats(sets), folder / "ptbxl" / part)
    write_kaggle(None, out=folder / "kaggle")
    return folder


@pytest.fixture(scope="session")
def trained_folder(beats_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """networks/ and plots/ of both splits, and dataset.json."""
    folder = tmp_path_factory.mktemp("networks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "process_pool", serial_pool)
        for split in SPLITS:
            train_networks(
                split,
                config=CONFIG,
                training=TRAINING,
                beats=beats_folder,
                checkpoints=folder / "checkpoints",
                workers=1,
                out=folder / "networks" / split,
                curves=folder / "plots" / f"{split}.csv",
                figure=folder / "plots" / f"{split}.png",
            )
    (folder / "dataset.json").write_text(json.dumps({"database": "mitdb", "kind": "synthetic"}))
    return folder

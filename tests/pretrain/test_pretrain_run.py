"""The pretrain stage writes a loadable backbone, and reads neither labels nor test records."""

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest
from small_networks import MODEL, PRETRAIN, assert_identical, write_splits

from ecgfuse.datasets.beats import load_beats
from ecgfuse.models.backbone import load_backbone
from ecgfuse.models.encoder import build_encoder
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.run import UnlabelledBeats, pretrain

VIT = dataclasses.replace(MODEL, encoder="vit")
CONFIG = dataclasses.replace(PRETRAIN, objective="mae_nextclip")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("database")
    write_splits(folder)
    return folder


def run(database: Path, out: Path, *, config: PretrainConfig = CONFIG) -> None:
    pretrain(
        config, model=VIT, beats=database / "beats", checkpoints=out / "checkpoints", out=out / "p"
    )


def test_backbone_is_written_with_its_origin_and_losses(database: Path, tmp_path: Path) -> None:
    run(database, tmp_path)
    weights = load_backbone(tmp_path / "p")
    assert weights is not None
    ecg = UnlabelledBeats.load(database / "beats/train").ecg
    encoder = build_encoder(VIT, size="small", n_rows=ecg.shape[1], length=ecg.shape[2])
    encoder.load_state_dict(weights)
    origin = json.loads((tmp_path / "p/origin.json").read_text())
    assert (origin["objective"], origin["encoder"]) == ("mae_nextclip", "vit")
    history = pd.read_csv(tmp_path / "p/history.csv")
    assert history["epoch"].tolist() == [1, 2]
    assert {"valid_mae", "valid_mae_if_zero", "valid_nextclip_if_repeated"} <= set(history)
    assert not any((tmp_path / "checkpoints").iterdir())


def test_labels_do_not_affect_the_backbone(database: Path, tmp_path: Path) -> None:
    run(database, tmp_path / "a")
    changed = tmp_path / "changed"
    write_splits(changed)
    for split in ("train", "valid"):
        path = changed / "beats" / split / "beats.csv"
        table = pd.read_csv(path, dtype={"record": str})
        table["label"] = 3 - table["label"]
        table.to_csv(path, index=False)
    run(changed, tmp_path / "b")
    one, other = load_backbone(tmp_path / "a/p"), load_backbone(tmp_path / "b/p")
    assert_identical(one, other)


def test_objective_none_writes_no_weights(database: Path, tmp_path: Path) -> None:
    run(database, tmp_path, config=PRETRAIN)
    assert load_backbone(tmp_path / "p") is None
    assert not (tmp_path / "checkpoints").exists()


def test_test_records_are_not_read(database: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    write_splits(bare)
    for name in ("ecg.npy", "beats.csv", "comparison.npy"):
        (bare / "beats/test" / name).unlink()
    run(bare, tmp_path)
    assert load_backbone(tmp_path / "p") is not None


def test_records_of_beats_are_numbered(database: Path) -> None:
    folder = database / "beats/train"
    names, records = load_beats(folder).records, UnlabelledBeats.load(folder).records
    assert len(records) == len(names)
    pairs = set(zip(names.tolist(), records.tolist(), strict=True))
    assert len(pairs) == len({name for name, _ in pairs}) == len({n for _, n in pairs}) > 1

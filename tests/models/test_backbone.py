"""Pretrained weights replace those of the backbone; rows not in the pretraining stay fresh."""

import dataclasses
from pathlib import Path

import pytest
import torch
from small_networks import MODEL, assert_identical, heartbeat_net, spec_of

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.models.backbone import (
    Backbone,
    backbone_path,
    load_backbone,
    save_backbone,
    start_from,
)
from ecgfuse.models.config import EncoderName
from ecgfuse.models.encoder import build_encoder
from ecgfuse.models.heartbeat import HeartbeatNet

N_ROWS = spec_of("late").n_signal_rows
FIRST_LAYERS: dict[EncoderName, str] = {
    "macnn_se": "stem.weight",
    "vit": "patches.weight",
    "wav2vec": "features.layers.0.weight",
}


def pretrained(encoder: EncoderName) -> Backbone:
    torch.manual_seed(1)
    model = dataclasses.replace(MODEL, encoder=encoder)
    return build_encoder(
        model, size="small", n_rows=N_ROWS, length=spec_of("late").length
    ).state_dict()


def fresh(encoder: EncoderName, fusion: Fusion) -> HeartbeatNet:
    return heartbeat_net(fusion, model=dataclasses.replace(MODEL, encoder=encoder)).train()


@pytest.mark.parametrize("encoder", FIRST_LAYERS)
@pytest.mark.parametrize(
    ("fusion", "n_rr_rows"), [("waveform", 0), ("early", 7), ("late", 0), ("hybrid", 7)]
)
def test_all_weights_but_those_of_the_rr_rows_are_pretrained(
    encoder: EncoderName, fusion: Fusion, n_rr_rows: int
) -> None:
    given, network, untouched = pretrained(encoder), fresh(encoder, fusion), fresh(encoder, fusion)
    start_from(network, given)
    first = FIRST_LAYERS[encoder]
    for name, weight in network.backbone.state_dict().items():
        if name != first:
            assert torch.equal(weight, given[name]), name
    rows = network.backbone.state_dict()[first]
    axis = rows.dim() - 2
    assert torch.equal(rows.narrow(axis, 0, N_ROWS), given[first])
    assert rows.shape[axis] == N_ROWS + n_rr_rows
    before = untouched.backbone.state_dict()[first]
    assert torch.equal(rows.narrow(axis, N_ROWS, n_rr_rows), before.narrow(axis, N_ROWS, n_rr_rows))


def test_layers_after_the_backbone_stay_fresh() -> None:
    network, untouched = fresh("vit", "hybrid"), fresh("vit", "hybrid")
    start_from(network, pretrained("vit"))
    assert_identical(network.classifier.state_dict(), untouched.classifier.state_dict())
    assert network.fusion is not None
    assert untouched.fusion is not None
    assert_identical(network.fusion.state_dict(), untouched.fusion.state_dict())


@pytest.mark.parametrize("encoder", FIRST_LAYERS)
def test_the_backbone_of_a_network_computes_what_the_pretrained_encoder_does(
    encoder: EncoderName,
) -> None:
    network = fresh(encoder, "late").eval()
    start_from(network, pretrained(encoder))
    model = dataclasses.replace(MODEL, encoder=encoder)
    alone = build_encoder(model, size="small", n_rows=N_ROWS, length=spec_of("late").length).eval()
    alone.load_state_dict(pretrained(encoder))
    rows = torch.randn(2, N_ROWS, spec_of("late").length)
    assert torch.equal(network.backbone(rows), alone(rows))


def test_weights_of_another_backbone_are_refused() -> None:
    with pytest.raises(ValueError, match=r"does not fit this network.*run the pretraining again"):
        start_from(fresh("vit", "late"), pretrained("wav2vec"))


@pytest.mark.parametrize("name", ["stem.weight", "stage1.0.branches.0.weight"])
def test_weights_of_another_shape_are_refused(name: str) -> None:
    given = pretrained("macnn_se")
    name = name if name in given else next(key for key in given if key.endswith("weight"))
    wrong = given | {name: torch.zeros(*given[name].shape, 2)}
    with pytest.raises(ValueError, match="does not fit this network"):
        start_from(fresh("macnn_se", "late"), wrong)


def test_saved_weights_are_read_back(tmp_path: Path) -> None:
    given = pretrained("vit")
    save_backbone(given, tmp_path, origin={"objective": "mae_moco"})
    read = load_backbone(tmp_path)
    assert read is not None
    assert_identical(dict(sorted(read.items())), dict(sorted(given.items())))


def test_without_pretraining_there_are_no_weights(tmp_path: Path) -> None:
    save_backbone(None, tmp_path, origin={"objective": "none"})
    assert load_backbone(tmp_path) is None


def test_a_missing_and_a_damaged_result_are_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no pretraining result; run the stage that writes it"):
        load_backbone(tmp_path)
    save_backbone(pretrained("vit"), tmp_path, origin={})
    backbone_path(tmp_path).write_bytes(b"no tensors")
    with pytest.raises(ValueError, match=r"backbone.safetensors: not a safetensors.*run the stage"):
        load_backbone(tmp_path)

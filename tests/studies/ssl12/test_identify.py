"""Patient identification: ArcFace, training, and rank-1 accuracy."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional as F

from ecgfuse.models.wav2vec import Wav2VecEncoder, wav2vec_size
from ecgfuse.studies.ssl12.config import LeadsConfig
from ecgfuse.studies.ssl12.identify import ArcFace, gallery_and_probes, rank_1, train_identities

TABLE = pd.DataFrame(
    {
        "name": ["5", "1", "3", "4", "2", "6"],
        "patient": ["b", "a", "b", "a", "c", "a"],
    }
)
CONFIG = LeadsConfig(
    sets=("12",),
    pretrain_epochs=1,
    seeds=(1,),
    identify_epochs=3,
    identify_scale=20.0,
    identify_margin=0.3,
    identify_learning_rate=1e-3,
)


def encoder() -> Wav2VecEncoder:
    torch.manual_seed(0)
    return Wav2VecEncoder(wav2vec_size("small", n_leads=2, n_convs=2))


def test_first_two_recordings_of_each_patient_are_used() -> None:
    gallery, probes = gallery_and_probes(TABLE)
    assert TABLE["name"].iloc[gallery].tolist() == ["1", "3"]
    assert TABLE["name"].iloc[probes].tolist() == ["4", "5"]


def test_fewer_than_two_such_patients_are_refused() -> None:
    with pytest.raises(ValueError, match="1 patients have two recordings"):
        gallery_and_probes(TABLE[TABLE["patient"] != "b"])


def test_equal_recordings_are_identified_and_swapped_ones_are_not() -> None:
    torch.manual_seed(0)
    gallery = torch.randn(2, 2, 64)
    table = pd.DataFrame({"name": ["1", "2", "3", "4"], "patient": ["a", "b", "a", "b"]})
    assert rank_1(encoder(), torch.cat([gallery, gallery]), table=table) == 1.0
    assert rank_1(encoder(), torch.cat([gallery, gallery.flip(0)]), table=table) == 0.0


def test_rank_1_is_the_share_of_identified_patients() -> None:
    torch.manual_seed(0)
    gallery = torch.randn(3, 2, 64)
    table = pd.DataFrame({"name": list("123456"), "patient": list("abcabc")})
    assert rank_1(encoder(), torch.cat([gallery, gallery[[0, 2, 1]]]), table=table) == 1 / 3


def test_margin_is_added_only_to_the_angle_of_the_true_identity() -> None:
    head = ArcFace(2, n_identities=2, scale=10.0, margin=0.5)
    with torch.no_grad():
        head.directions.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
    angle = 0.3
    embedding = torch.tensor([[math.cos(angle), math.sin(angle)]]) * 7
    logits = head(embedding, torch.tensor([0]))
    assert logits[0].tolist() == pytest.approx([10 * math.cos(0.8), 10 * math.sin(0.3)], abs=1e-4)


def test_logit_decreases_with_the_angle() -> None:
    head = ArcFace(2, n_identities=1, scale=1.0, margin=1.0)
    with torch.no_grad():
        head.directions.copy_(torch.tensor([[1.0, 0.0]]))
    angles = torch.linspace(0.01, math.pi - 0.01, 200)
    embedding = torch.stack([angles.cos(), angles.sin()], dim=1)
    logits = head(embedding, torch.zeros(200, dtype=torch.int64))[:, 0]
    assert (logits.diff() < 0).all()


@pytest.mark.slow
def test_training_recordings_are_distinguished_by_either_half() -> None:
    torch.manual_seed(1)
    time = torch.arange(128) / 128
    rate = torch.arange(2, 10)[:, None, None]
    signal = torch.sin(2 * math.pi * rate * time + torch.tensor([[0.0], [1.0]]))
    net = encoder()
    config = dataclasses.replace(CONFIG, identify_epochs=40, identify_learning_rate=3e-3)
    train_identities(net, signal, config=config, precision="fp32", seed=1)
    net.eval()
    with torch.no_grad():
        first, second = (F.normalize(net(half).mean(dim=1)) for half in signal.chunk(2, dim=2))
    assert torch.equal((first @ second.T).argmax(dim=1), torch.arange(8))


def test_equal_seeds_give_equal_encoders() -> None:
    signal = torch.randn(6, 2, 64)
    one, other = encoder(), encoder()
    for net in (one, other):
        train_identities(net, signal, config=CONFIG, precision="fp32", seed=3)
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(a.detach(), b.detach())

"""The probe finds class differences in the embedding, and leaves the encoder unchanged."""

import dataclasses

import numpy as np
import pytest
import torch
from small_networks import MODEL, assert_identical

from ecgfuse.models.encoder import Encoder, build_encoder
from ecgfuse.studies.pretrain_comparison.probe import embed, probe


@pytest.fixture
def encoder() -> Encoder:
    torch.manual_seed(0)
    model = dataclasses.replace(MODEL, encoder="vit")
    return build_encoder(model, size="small", n_rows=2, length=32)


def beats(n: int, *, seed: int, informed: bool = True) -> tuple[torch.Tensor, np.ndarray]:
    """Beats whose level depends on their class, or does not."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % 4)
    levels = labels if informed else rng.permutation(labels)
    ecg = levels[:, None, None] + 0.1 * rng.standard_normal((n, 2, 32))
    return torch.from_numpy(ecg.astype(np.float32)), labels


def test_a_difference_between_classes_is_found(encoder: Encoder) -> None:
    found = probe(encoder, train=beats(200, seed=1), valid=beats(80, seed=2), n_beats=200)
    assert found["macro_auroc"] > 0.95


def test_without_a_difference_the_probe_is_at_chance(encoder: Encoder) -> None:
    found = probe(
        encoder,
        train=beats(400, seed=1, informed=False),
        valid=beats(400, seed=2, informed=False),
        n_beats=400,
    )
    assert found["macro_auroc"] == pytest.approx(0.5, abs=0.1)


def test_statistics_of_batch_normalisation_are_those_of_the_training_beats() -> None:
    torch.manual_seed(0)
    encoder = build_encoder(MODEL, size="small", n_rows=2, length=32)
    train, valid = beats(200, seed=1), beats(80, seed=2)
    before = probe(encoder, train=train, valid=valid, n_beats=200)
    for module in encoder.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean += 100.0  # type: ignore[operator]
    assert probe(encoder, train=train, valid=valid, n_beats=200) == before


def test_the_encoder_is_not_changed(encoder: Encoder) -> None:
    before = {name: weight.clone() for name, weight in encoder.state_dict().items()}
    probe(encoder, train=beats(120, seed=1), valid=beats(40, seed=2), n_beats=120)
    assert_identical(before, dict(encoder.state_dict()))


def test_an_embedding_does_not_depend_on_the_other_beats(encoder: Encoder) -> None:
    ecg, _ = beats(8, seed=1)
    np.testing.assert_allclose(embed(encoder, ecg)[3], embed(encoder, ecg[3:4])[0], atol=1e-5)

"""Predictions of several seeds: their shapes, their mean, and their order."""

import dataclasses

import numpy as np
import pytest
import torch
from small_networks import (
    BLOCK,
    BLOCKS_WITHOUT_ATTENTION,
    LENGTH,
    block_with,
    labelled_beats,
    random_inputs,
    stored_model,
)

from ecgfuse.datasets.fusions import NETWORKS, Fusion
from ecgfuse.datasets.inputs import LabelledInputs
from ecgfuse.evaluate import predictions
from ecgfuse.evaluate.predictions import Predictions, predict_seeds
from ecgfuse.models.config import Block

DATA = labelled_beats(10, seed=0)


def predicted(
    fusion: Fusion, *, data: LabelledInputs | None = None, workers: int = 1
) -> Predictions:
    models = [stored_model(fusion, seed=seed) for seed in (1, 2, 3)]
    data = labelled_beats(10, seed=0, fusion=fusion) if data is None else data
    return predict_seeds(models, data=data, name="test", workers=workers)


@pytest.mark.parametrize("fusion", NETWORKS)
def test_probabilities_of_every_seed_and_beat_sum_to_1(fusion: Fusion) -> None:
    probabilities = predicted(fusion).probabilities
    assert probabilities.shape == (3, 10, 4)
    np.testing.assert_allclose(probabilities.sum(axis=2), 1.0, rtol=1e-6)
    assert not np.allclose(probabilities[0], probabilities[1])


def test_probabilities_are_those_of_each_network_in_turn() -> None:
    probabilities = predicted("hybrid").probabilities
    for seed, of_seed in enumerate(probabilities, start=1):
        logits = stored_model("hybrid", seed=seed).network(DATA.inputs)
        np.testing.assert_allclose(of_seed, logits.softmax(1).detach().numpy(), rtol=1e-5)


def test_ensemble_is_the_mean_probability_over_the_seeds() -> None:
    probabilities = np.array([[[0.7, 0.1, 0.1, 0.1]], [[0.1, 0.5, 0.3, 0.1]]])
    ensemble = Predictions(probabilities=probabilities, attention=None).ensemble
    np.testing.assert_allclose(ensemble, [[0.4, 0.3, 0.2, 0.1]])


@pytest.mark.parametrize("fusion", ["late", "hybrid"])
def test_attention_is_the_mean_over_the_seeds_and_sums_to_1(fusion: Fusion) -> None:
    attention = predicted(fusion).attention
    assert attention is not None
    assert attention.shape == (10, BLOCK.num_heads, LENGTH // 2)
    np.testing.assert_allclose(attention.sum(axis=2), 1.0, rtol=1e-5)
    by_seed = []
    for seed in (1, 2, 3):
        _, weights = stored_model(fusion, seed=seed).network.attend(DATA.inputs)
        assert weights is not None
        by_seed.append(weights.detach().numpy())
    np.testing.assert_allclose(attention, np.mean(by_seed, axis=0), rtol=1e-5)


def test_network_without_a_waveform_has_no_attention() -> None:
    assert predicted("rr").attention is None


@pytest.mark.parametrize("block", BLOCKS_WITHOUT_ATTENTION)
def test_block_without_attention_has_only_probabilities(block: Block) -> None:
    models = [stored_model("late", seed=1, block=block_with(block=block))]
    of_block = predict_seeds(models, data=DATA, name="test", workers=1)
    assert of_block.probabilities.shape == (1, 10, 4)
    assert of_block.attention is None


def test_batches_are_joined_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = predicted("hybrid")
    monkeypatch.setattr(predictions, "BATCH_SIZE", 4)
    parts = predicted("hybrid")
    np.testing.assert_allclose(parts.probabilities, whole.probabilities, rtol=1e-5)
    assert parts.attention is not None
    assert whole.attention is not None
    np.testing.assert_allclose(parts.attention, whole.attention, rtol=1e-5)


def test_number_of_workers_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictions, "BATCH_SIZE", 3)
    alone, together = (predicted("hybrid", workers=workers) for workers in (1, 4))
    np.testing.assert_array_equal(alone.probabilities, together.probabilities)
    np.testing.assert_array_equal(alone.attention, together.attention)


def test_number_of_threads_is_restored() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        predicted("early")
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_beats_of_another_shape_are_refused() -> None:
    inputs = random_inputs(10)
    data = dataclasses.replace(DATA, inputs=inputs._replace(ecg=inputs.ecg[:, :1]))
    with pytest.raises(ValueError, match=r"seed-1.*n_signal_rows = 2, these have 1"):
        predicted("early", data=data)

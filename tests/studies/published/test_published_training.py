"""Training follows the published rates, keeps what the four rules name, and resumes exactly."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from ecgfuse.studies.published.data import PublishedBeats
from ecgfuse.studies.published.rows import ROWS
from ecgfuse.studies.published.training import (
    MACNN_FULL,
    RULES,
    Budget,
    Halving,
    PublishedTraining,
    StepDecay,
    inverse_weights,
)

BUDGET = Budget(epochs=3, batch_size=16, halve_every=1)


def beats(*, seed: int, n: int = 48) -> PublishedBeats:
    """Random beats whose class shifts the ECG."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % 4
    ecg = torch.randn(n, 1, 128, generator=generator) + labels[:, None, None]
    return PublishedBeats(
        rows=ecg,
        rr=torch.rand(n, 7, generator=generator),
        labels=labels,
        records=np.full(n, "100"),
        samples=np.arange(n),
    )


def training_of(row: str = "concat_opt1", *, budget: Budget = BUDGET) -> PublishedTraining:
    return PublishedTraining(
        ROWS[row],
        train=beats(seed=0),
        valid=beats(seed=1),
        budget=budget,
        seed=1,
        precision="fp32",
    )


def test_weights_of_classes_are_inverse_counts_that_sum_to_4() -> None:
    labels = torch.tensor([0] * 6 + [1] * 3 + [2] * 2 + [3])
    weights = inverse_weights(labels)
    expected = torch.tensor([1 / 6, 1 / 3, 1 / 2, 1.0]) * 4 / 2
    torch.testing.assert_close(weights, expected)


def test_rate_of_macnn_falls_by_1_percent_in_200_steps() -> None:
    optimizer = torch.optim.Adam(nn.Linear(1, 1).parameters(), lr=5e-3)
    schedule = StepDecay(optimizer)
    for _ in range(200):
        schedule.after_step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.99 * 5e-3)


def test_rate_of_the_resunet_is_halved_every_20_epochs() -> None:
    optimizer = torch.optim.AdamW(nn.Linear(1, 1).parameters(), lr=1e-4)
    schedule = Halving(optimizer, every=20)
    rates = []
    for _ in range(41):
        schedule.after_epoch({})
        rates.append(optimizer.param_groups[0]["lr"])
    assert [rates[18], rates[19], rates[40]] == pytest.approx([1e-4, 5e-5, 2.5e-5])


def test_macnn_has_adam_with_decay_in_the_gradient_and_weights_and_the_resunet_neither() -> None:
    macnn, resunet = training_of("mhca_opt1"), training_of("resunet_a2")
    assert type(macnn.optimizer) is torch.optim.Adam
    assert macnn.class_weights is not None
    assert type(resunet.optimizer) is torch.optim.AdamW
    assert resunet.class_weights is None


def test_an_epoch_has_every_beat_once_and_no_batch_of_one() -> None:
    training = training_of(budget=Budget(epochs=1, batch_size=47, halve_every=1))
    (batch,) = training.batches(torch.Generator().manual_seed(0))
    assert len(batch) == 47
    training = training_of()
    order = torch.cat(list(training.batches(torch.Generator().manual_seed(0))))
    assert order.sort().values.tolist() == list(range(48))
    assert order.tolist() != list(range(48))


def test_published_budget_has_two_steps_per_epoch_on_the_training_records() -> None:
    assert -(-40_946 // MACNN_FULL.batch_size) * MACNN_FULL.epochs == 200


def test_every_rule_names_the_epoch_of_its_best_validation_score() -> None:
    training = training_of()
    training.fit(epochs=3)
    for rule in RULES:
        scores = [epoch[f"valid_{rule}"] for epoch in training.history]
        assert training.epoch_by_rule[rule] == 1 + int(np.argmax(scores))
    assert set(training.weights_by_epoch) == set(training.epoch_by_rule.values())
    last = training.network.state_dict()
    for epoch, weights in training.weights_by_epoch.items():
        same = all(torch.equal(weights[name], last[name]) for name in last)
        assert same == (epoch == 3)


def test_training_resumes_to_equal_weights_and_named_epochs(tmp_path: Path) -> None:
    whole = training_of()
    whole.fit(epochs=3)
    training_of().fit(epochs=2, checkpoint=tmp_path / "epoch.pt")
    resumed = training_of()
    resumed.fit(epochs=3, checkpoint=tmp_path / "epoch.pt")
    assert resumed.epoch_by_rule == whole.epoch_by_rule
    assert resumed.history == whole.history
    for epoch, weights in whole.weights_by_epoch.items():
        for name, weight in weights.items():
            assert torch.equal(resumed.weights_by_epoch[epoch][name], weight)

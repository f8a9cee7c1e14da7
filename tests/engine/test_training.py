"""The training loop: exact resumption, order of the hooks, and the epoch that is kept."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import torch
from small_networks import assert_identical
from torch import Generator, Tensor, nn

from ecgfuse.engine.checkpoint import load_checkpoint
from ecgfuse.engine.randomness import EpochSeeds, OneStream, Randomness
from ecgfuse.engine.schedule import OneCycle, PlateauSchedule, Schedule
from ecgfuse.engine.training import Losses, Means, Training

X = torch.linspace(-1, 1, 12)[:, None]
EPOCHS = 4


class Line(Training):
    """A regression with noise and dropout, so that both random generators matter."""

    def __init__(
        self,
        randomness: Randomness,
        *,
        schedule: Callable[[torch.optim.Optimizer], Schedule] = lambda optimizer: Schedule(),
        ranks: Sequence[float] | None = None,
        offset: float = 0.0,
    ) -> None:
        network = nn.Sequential(nn.Linear(1, 4), nn.Dropout(0.5), nn.Linear(4, 1))
        optimizer = torch.optim.Adam(network.parameters(), lr=0.05)
        super().__init__(
            network,
            optimizer=optimizer,
            schedule=schedule(optimizer),
            randomness=randomness,
            precision="fp32",
            name="a line",
            cure="lower its rate",
        )
        self.ranks, self.offset = ranks, offset
        self.calls: list[str] = []

    def batches(self, generator: Generator) -> Sequence[Tensor]:
        self.calls.append("batches")
        return torch.randperm(len(X), generator=generator).split(5)

    def losses(self, batch: Tensor, generator: Generator) -> Losses:
        noise = torch.randn(len(batch), 1, generator=generator)
        error = self.network(X[batch]) - (2 * X[batch] + 0.1 * noise + self.offset)
        return {"loss": error.square().mean(), "bias": error.mean()}

    def before_epoch(self) -> None:
        self.calls.append("before")

    def after_step(self) -> None:
        self.calls.append("step")

    def after_epoch(self, batches: Sequence[Tensor], losses: Mapping[str, float]) -> None:
        assert set(losses) == {"loss", "bias"}
        self.calls.append("after")

    def validate(self) -> dict[str, float]:
        self.calls.append("validate")
        return {"valid_loss": 1.0 + self.epoch}

    def rank(self, scores: Mapping[str, float]) -> float | None:
        return None if self.ranks is None else self.ranks[self.epoch - 1]


def one_cycle(optimizer: torch.optim.Optimizer) -> Schedule:
    return OneCycle(optimizer, rate=0.1, n_steps=3 * EPOCHS)


def plateau(optimizer: torch.optim.Optimizer) -> Schedule:
    return PlateauSchedule(optimizer, rate=0.1, warmup=1, patience=1, factor=0.5, stop_after=0)


@pytest.mark.parametrize("schedule", [one_cycle, plateau])
@pytest.mark.parametrize("randomness", [EpochSeeds, OneStream])
def test_resumed_training_equals_an_uninterrupted_one(
    randomness: Callable[[int], Randomness],
    schedule: Callable[[torch.optim.Optimizer], Schedule],
    tmp_path: Path,
) -> None:
    whole = Line(randomness(1), schedule=schedule)
    whole.fit(epochs=EPOCHS, checkpoint=tmp_path / "whole")
    Line(randomness(1), schedule=schedule).fit(epochs=2, checkpoint=tmp_path / "parts")
    torch.rand(3)  # numbers drawn in between do not matter
    parts = Line(randomness(1), schedule=schedule)
    parts.fit(epochs=EPOCHS, checkpoint=tmp_path / "parts")
    assert_identical(parts.kept_weights, whole.kept_weights)
    assert parts.history == whole.history
    assert_identical(load_checkpoint(tmp_path / "parts"), load_checkpoint(tmp_path / "whole"))


def test_hooks_are_called_in_order() -> None:
    line = Line(EpochSeeds(1))
    line.fit(epochs=1)
    assert line.calls == ["before", "batches", "step", "step", "step", "after", "validate"]
    assert [*line.history[0]] == ["epoch", "train_loss", "train_bias", "valid_loss"]


@pytest.mark.parametrize(
    ("ranks", "kept"), [(None, 4), ([0.1, 0.3, 0.3, 0.2], 2), ([4.0, 3.0, 2.0, 1.0], 1)]
)
def test_first_of_the_best_epochs_is_kept_or_the_last_one(
    ranks: Sequence[float] | None, kept: int
) -> None:
    line = Line(EpochSeeds(1), ranks=ranks)
    line.fit(epochs=EPOCHS)
    until = Line(EpochSeeds(1))
    until.fit(epochs=kept)
    assert line.kept_epoch == kept
    assert_identical(line.kept_weights, dict(until.network.state_dict()))


def test_training_ends_when_its_schedule_stops() -> None:
    def impatient(optimizer: torch.optim.Optimizer) -> Schedule:
        return PlateauSchedule(optimizer, rate=0.1, warmup=0, patience=9, factor=0.5, stop_after=2)

    line = Line(EpochSeeds(1), schedule=impatient)  # its validation loss only rises
    line.fit(epochs=50)
    assert line.epoch == 3


def test_progress_includes_examples_before_an_interruption(
    tmp_path: Path,
) -> None:
    Line(EpochSeeds(1)).fit(epochs=1, checkpoint=tmp_path / "a")
    reported: list[int] = []
    Line(EpochSeeds(1)).fit(epochs=2, checkpoint=tmp_path / "a", progress=reported.append)
    assert reported == [12, 5, 5, 2]


def test_nonfinite_loss_is_reported_with_epoch_and_cure() -> None:
    with pytest.raises(ValueError, match="the loss of a line is nan in epoch 1; lower its rate"):
        Line(EpochSeeds(1), offset=float("nan")).fit(epochs=1)


def test_means_are_weighted_by_the_examples_of_a_batch() -> None:
    means = Means()
    means.add({"loss": torch.tensor(1.0)}, n_examples=3)
    means.add({"loss": torch.tensor(5.0, dtype=torch.bfloat16)}, n_examples=1)
    assert means.values() == {"loss": 2.0}


def test_random_numbers_of_an_epoch_do_not_depend_on_earlier_epochs() -> None:
    first = EpochSeeds(3).start_epoch(2)
    numbers, dropout = torch.rand(4, generator=first), torch.rand(4)
    seeds = EpochSeeds(3)
    torch.rand(7, generator=seeds.start_epoch(1))
    again = seeds.start_epoch(2)
    assert torch.equal(torch.rand(4, generator=again), numbers)
    assert torch.equal(torch.rand(4), dropout)

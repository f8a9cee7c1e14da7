"""The learning rate goes as published: up, and down where nothing gets better."""

import torch

from ecgfuse.pretrain.schedule import PlateauSchedule


def optimizer() -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(()))], lr=1.0)


def schedule(over: torch.optim.Optimizer, *, stop_after: int = 0) -> PlateauSchedule:
    return PlateauSchedule(over, rate=0.8, warmup=4, patience=2, factor=0.5, stop_after=stop_after)


def rate(over: torch.optim.Optimizer) -> float:
    found: float = over.param_groups[0]["lr"]
    return round(found, 6)


def test_the_rate_rises_in_the_first_epochs() -> None:
    over = optimizer()
    by_epoch = schedule(over)
    found = [rate(over)]
    for loss in (5.0, 4.0, 3.0, 2.0, 1.0):
        by_epoch.step(loss)
        found.append(rate(over))
    assert found == [0.2, 0.4, 0.6, 0.8, 0.8, 0.8]


def test_the_rate_falls_whenever_patience_is_out_and_not_in_warm_up() -> None:
    over = optimizer()
    by_epoch = schedule(over)
    by_epoch.step(1.0)
    found = []
    for _ in range(9):
        assert not by_epoch.step(1.0)
        found.append(rate(over))
    # Bad epochs 2 and, within the warm-up of four, none; then 4, 6, 8.
    assert found == [0.6, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.1, 0.1]


def test_a_better_loss_starts_the_count_anew() -> None:
    over = optimizer()
    by_epoch = schedule(over)
    for loss in (4.0, 3.0, 2.0, 1.0, 1.5, 0.9, 1.5, 0.8):
        by_epoch.step(loss)
    assert rate(over) == 0.8
    assert by_epoch.best == 0.8


def test_training_stops_after_enough_bad_epochs_and_never_if_told_so() -> None:
    by_epoch, endless = schedule(optimizer(), stop_after=3), schedule(optimizer())
    stops = []
    for loss in (1.0, 2.0, 2.0, 2.0):
        by_epoch.step(loss)
        endless.step(loss)
        stops.append(by_epoch.stops)
    assert stops == [False, False, False, True]
    assert not endless.stops


def test_a_restored_schedule_goes_on_alike() -> None:
    one, other = optimizer(), optimizer()
    first, second = schedule(one), schedule(other)
    for loss in (3.0, 2.0, 2.5, 2.5, 2.5, 2.5):
        first.step(loss)
    second.load_state_dict(first.state_dict())
    assert rate(one) == rate(other)
    for loss in (2.5, 2.5, 1.0):
        assert first.step(loss) == second.step(loss)
        assert rate(one) == rate(other)

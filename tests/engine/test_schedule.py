"""The plateau schedule: warm-up, reduction on plateaus, and early stopping."""

import torch

from ecgfuse.engine.schedule import PlateauSchedule


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
        by_epoch.after_epoch({"valid_loss": loss})
        found.append(rate(over))
    assert found == [0.2, 0.4, 0.6, 0.8, 0.8, 0.8]


def test_rate_is_reduced_after_patience_epochs_but_not_in_warm_up() -> None:
    over = optimizer()
    by_epoch = schedule(over)
    by_epoch.after_epoch({"valid_loss": 1.0})
    found = []
    for _ in range(9):
        by_epoch.after_epoch({"valid_loss": 1.0})
        found.append(rate(over))
    # No reduction after bad epoch 2, within the warm-up of four; then after 4, 6 and 8.
    assert found == [0.6, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.1, 0.1]


def test_improvement_resets_the_count_of_bad_epochs() -> None:
    over = optimizer()
    by_epoch = schedule(over)
    for loss in (4.0, 3.0, 2.0, 1.0, 1.5, 0.9, 1.5, 0.8):
        by_epoch.after_epoch({"valid_loss": loss})
    assert rate(over) == 0.8
    assert by_epoch.best == 0.8


def test_training_stops_after_stop_after_bad_epochs() -> None:
    by_epoch, endless = schedule(optimizer(), stop_after=3), schedule(optimizer())
    stops = []
    for loss in (1.0, 2.0, 2.0, 2.0):
        by_epoch.after_epoch({"valid_loss": loss})
        endless.after_epoch({"valid_loss": loss})
        stops.append(by_epoch.stops)
    assert stops == [False, False, False, True]
    assert not endless.stops


def test_restored_schedule_continues_identically() -> None:
    one, other = optimizer(), optimizer()
    first, second = schedule(one), schedule(other)
    for loss in (3.0, 2.0, 2.5, 2.5, 2.5, 2.5):
        first.after_epoch({"valid_loss": loss})
    second.load_state_dict(first.state_dict())
    assert rate(one) == rate(other)
    for loss in (2.5, 2.5, 1.0):
        assert first.after_epoch({"valid_loss": loss}) == second.after_epoch({"valid_loss": loss})
        assert rate(one) == rate(other)

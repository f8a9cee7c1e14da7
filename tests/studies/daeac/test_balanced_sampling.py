"""Source beats are drawn with equal shares of the classes."""

import torch

from ecgfuse.studies.daeac.data import balanced_weights, draw

LABELS = torch.tensor([0] * 900 + [1] * 60 + [2] * 30 + [3] * 10)[torch.randperm(1000)]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_every_class_has_the_same_total_probability() -> None:
    weights = balanced_weights(LABELS, n_classes=4)
    of_class = [float(weights[label == LABELS].sum()) for label in range(4)]
    assert torch.allclose(torch.tensor(of_class), torch.ones(4))


def test_batches_are_balanced_in_every_step() -> None:
    weights, numbers = balanced_weights(LABELS, n_classes=4), generator()
    for _ in range(5):
        counts = torch.bincount(LABELS[draw(weights, n_beats=4000, generator=numbers)])
        # The standard deviation of each count is sqrt(4000 * 3 / 16) = 27.
        assert (counts - 1000).abs().max() < 5 * 27


def test_the_drawn_beats_depend_on_the_seed_only() -> None:
    weights = balanced_weights(LABELS, n_classes=4)
    one, same, other = (draw(weights, n_beats=50, generator=generator(s)) for s in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)

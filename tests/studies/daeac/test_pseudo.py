"""A pseudo-label needs most of the votes and the confidence of its class."""

import torch

from ecgfuse.classes import UNLABELLED
from ecgfuse.studies.daeac.pseudo import vote

ANY = (0.0, 0.0, 0.0)


def votes(*voters: list[float], confidence: tuple[float, ...] = ANY) -> int:
    """The pseudo-label of one beat, from its probabilities by each voter."""
    return int(vote(torch.tensor(voters)[:, None], confidence=confidence))


def test_the_majority_wins_over_a_higher_mean_probability() -> None:
    assert votes([0.0, 1.0, 0.0], [0.5, 0.4, 0.1], [0.5, 0.4, 0.1]) == 0


def test_between_equal_votes_the_higher_mean_probability_wins() -> None:
    assert votes([0.6, 0.4, 0.0], [0.1, 0.9, 0.0]) == 1
    assert votes([0.9, 0.1, 0.0], [0.4, 0.6, 0.0]) == 0


def test_each_class_has_its_own_threshold_which_is_inclusive() -> None:
    probabilities = torch.tensor([[[0.75, 0.25, 0.0], [0.25, 0.75, 0.0], [0.0, 0.25, 0.75]]])
    labels = vote(probabilities, confidence=(0.8, 0.7, 0.75))
    assert labels.tolist() == [UNLABELLED, 1, 2]


def test_the_confidence_is_the_mean_over_the_voters() -> None:
    voters = [1.0, 0.0, 0.0], [0.5, 0.5, 0.0]
    assert votes(*voters, confidence=(0.75, 0.0, 0.0)) == 0
    assert votes(*voters, confidence=(0.76, 0.0, 0.0)) == UNLABELLED

"""Nested subsets of the training patients: a larger one holds every smaller one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecgfuse.classes import CLASSES
from ecgfuse.studies.learning_curve.config import LearningCurveConfig

_MAX_ORDERS = 1000


@dataclass(frozen=True, kw_only=True)
class Subset:
    """The patients of one training, and the seed of its network."""

    draw: int
    records: tuple[str, ...]
    """Their record names."""
    patients: tuple[int, ...]
    """Their numbers, as in `LabelledInputs.patients`."""
    seed: int


def plan_subsets(
    records: np.ndarray, labels: np.ndarray, *, config: LearningCurveConfig
) -> list[Subset]:
    """All subsets to train on; within a draw each one holds the smaller ones.

    Args:
        records: (n_beats,) name of each training beat's record.
        labels: (n_beats,) int, indices into CLASSES.

    Raises:
        ValueError: there are too few records, or small subsets always lack a class.
    """
    number_of = {str(name): number for number, name in enumerate(np.unique(records))}
    require_fewer(config.patients, n_records=len(number_of))
    rng = np.random.default_rng(config.seed)
    plan = []
    for draw in range(config.draws):
        order = draw_order(records, labels, smallest=config.patients[0], rng=rng)
        numbers = [number_of[name] for name in order]
        plan += [
            Subset(
                draw=draw,
                records=tuple(order[:n]),
                patients=tuple(numbers[:n]),
                seed=config.seed + draw,
            )
            for n in config.patients
        ]
    return plan


def draw_order(
    records: np.ndarray, labels: np.ndarray, *, smallest: int, rng: np.random.Generator
) -> list[str]:
    """A random order of the records, of which the first ones hold beats of every class.

    Orders are drawn until one has this property, so all orders with it are equally likely.

    Args:
        records: (n_beats,) name of each beat's record.
        labels: (n_beats,) int, indices into CLASSES.
        smallest: number of first records that must hold all classes.

    Returns:
        The names of all records.

    Raises:
        ValueError: no such order was found.
    """
    names = np.unique(records)
    for _ in range(_MAX_ORDERS):
        order = rng.permutation(names)
        first = np.isin(records, order[:smallest])
        if len(np.unique(labels[first])) == len(CLASSES):
            return [str(name) for name in order]
    raise ValueError(
        f"learning_curve.patients begins with {smallest}, but in {_MAX_ORDERS} random orders of "
        f"the {len(names)} training records the first {smallest} never held all classes; begin "
        "with more"
    )


def require_fewer(patients: Sequence[int], *, n_records: int) -> None:
    """Refuse numbers of patients that are not below the number of training records.

    Raises:
        ValueError: names field, value and cure.
    """
    if patients[-1] >= n_records:
        raise ValueError(
            f"learning_curve.patients ends with {patients[-1]}, but must be below the number of "
            f"training records, {n_records}; the stage train trains on all of them"
        )

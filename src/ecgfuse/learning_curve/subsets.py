"""Some of the training patients: nested, so that a longer list holds every shorter one."""

from collections.abc import Sequence

import numpy as np

from ecgfuse.records.annotations import CLASSES

_MAX_ORDERS = 1000


def draw_order(
    records: np.ndarray, labels: np.ndarray, *, smallest: int, rng: np.random.Generator
) -> list[str]:
    """A random order of the records whose first ones hold beats of every class.

    Orders are drawn until one has this property, so each order that has it is equally likely.

    Args:
        records: (n_beats,) name of each beat's record.
        labels: (n_beats,) int, indices into CLASSES.
        smallest: how many records must hold all classes.

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
    """Refuse numbers of patients that are not below that of the training records.

    Raises:
        ValueError: names field, value and cure.
    """
    if patients[-1] >= n_records:
        raise ValueError(
            f"learning_curve.patients ends with {patients[-1]}, but must be below the number of "
            f"training records, {n_records}; those are trained on by the stage train"
        )

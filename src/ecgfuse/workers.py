"""How many processes work at once; it changes the speed alone, so it is no DVC parameter."""

import os


def n_workers(n_tasks: int | None = None) -> int:
    """Processes or threads to use: $ECGFUSE_WORKERS, else one a core, and never more than tasks.

    Raises:
        ValueError: ECGFUSE_WORKERS is not a number of 1 or more.
    """
    wanted = os.environ.get("ECGFUSE_WORKERS", "")
    if wanted and not (wanted.isdecimal() and int(wanted) > 0):
        raise ValueError(f"ECGFUSE_WORKERS is {wanted!r}, but must be a number of 1 or more")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    workers = int(wanted) if wanted else cores or 1
    return workers if n_tasks is None else max(1, min(n_tasks, workers))

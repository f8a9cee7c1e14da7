"""Tasks for process pools, in a module that worker processes import quickly."""

import time

from ecgfuse.engine.processes import report_progress


def report_and_square(number: int) -> int:
    report_progress(number)
    return number * number


def wait_or_fail(seconds: float) -> None:
    """Wait, and raise unless a minute was asked for."""
    time.sleep(seconds)
    if seconds < 60:
        raise ValueError(f"failed after {seconds} s")

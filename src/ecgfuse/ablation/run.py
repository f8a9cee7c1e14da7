"""An ablation: what is missing of a grid runs as DVC experiments; then a table and a picture."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgfuse.ablation.experiments import Scores, finished_experiments, missing_rows
from ecgfuse.ablation.grid import DEFAULT, Row, load_grid
from ecgfuse.ablation.picture import draw_ablation
from ecgfuse.ablation.queue import clear_queue, queue_row, remove_old_copies, run_queue
from ecgfuse.ablation.table import collect_results, markdown_table, results_table
from ecgfuse.ablation.workspace import (
    changed_files,
    committed_params,
    git,
    mend_after_kill,
    only_one,
    show_experiments,
)
from ecgfuse.evaluate.curves import write_table
from ecgfuse.evaluate.figures import save_figure
from ecgfuse.files import atomic_file, write_json


@dataclass(frozen=True, kw_only=True)
class AblationPaths:
    """Where an ablation reads and writes, below the root of the repository."""

    grid: Path
    table: Path
    """Markdown; a CSV of this name goes beside it."""
    picture: Path
    """PNG."""
    results: Path
    """JSON."""


def run_ablation(paths: AblationPaths, *, poll_s: float = 20.0) -> None:
    """Run the rows that have no experiment on the last commit, and write what all rows gave.

    It can be stopped at any time, and run again: rows that are done stay done.

    Args:
        poll_s: seconds between two looks at the queue.

    Raises:
        ValueError: the grid has a fault, files were changed since the last commit, an experiment
            has the name of a row but other parameters, or a row failed.
        KeyboardInterrupt: interrupted; nothing is left running.
    """
    with only_one(Path(".dvc/tmp/ablation.lock")):
        grid = load_grid(paths.grid, params=committed_params())
        names = [row.name for row in grid]
        if mend_after_kill(grid):
            print(
                "the parameters are as committed again; an earlier run was killed while it queued"
            )
        own = [
            paths.grid,
            paths.table,
            paths.table.with_suffix(".csv"),
            paths.picture,
            paths.results,
        ]
        if changed := changed_files(but=map(str, own)):
            raise ValueError(
                f"{', '.join(changed)} changed since the last commit, which the experiments start "
                "from; commit first, or put back by 'git checkout'"
            )
        clear_queue(names)
        remove_old_copies()
        baseline = git("rev-parse", "HEAD").strip()
        finished = finished_experiments(show_experiments(), baseline=baseline)
        missing = missing_rows(grid, finished=finished)
        print(f"{len(grid) - len(missing)} of {len(grid)} rows are done", flush=True)
        failed = _run_rows(missing, poll_s=poll_s)
        finished = finished_experiments(show_experiments(), baseline=baseline)
        _write(
            grid,
            {name: finished[name].scores for name in names if name in finished},
            paths=paths,
            baseline=baseline,
        )
    if failed:
        raise ValueError(
            f"{', '.join(failed)} failed; 'dvc queue logs {failed[0]}' tells why. The other rows "
            "are done; mend what is wrong and run it again"
        )


def _run_rows(rows: Sequence[Row], *, poll_s: float) -> list[str]:
    """Queue rows and run the queue; the names of those that failed."""
    names, started = [row.name for row in rows], time.monotonic()
    todo = iter(range(len(rows) - 1, -1, -1))

    def tell(name: str) -> None:
        minutes = (time.monotonic() - started) / 60
        print(f"{name} is done, after {minutes:.1f} minutes; {next(todo)} to go", flush=True)

    try:
        for row in rows:
            queue_row(row)
        return run_queue(names, poll_s=poll_s, on_done=tell)
    except KeyboardInterrupt:
        print("\nstopping the row that runs ...", flush=True)
        clear_queue(names)
        raise


def _write(
    grid: Sequence[Row], scores: dict[str, Scores], *, paths: AblationPaths, baseline: str
) -> None:
    if DEFAULT not in scores:
        return  # nothing to compare with; the row failed, which the caller tells
    write_table(results_table(grid, scores=scores), paths.table.with_suffix(".csv"))
    save_figure(draw_ablation(grid, scores=scores), paths.picture)
    with atomic_file(paths.table) as temporary:
        temporary.write_text(markdown_table(grid, scores=scores, baseline=baseline))
    write_json(collect_results(grid, scores=scores), paths.results)

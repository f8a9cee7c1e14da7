"""An ablation: run the missing rows of a grid as DVC experiments, then write table and figure."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgfuse.evaluate.curves import write_table
from ecgfuse.pipeline.files import atomic_file, write_json
from ecgfuse.plots.ablation import draw_ablation
from ecgfuse.plots.figures import save_figure
from ecgfuse.studies.ablation.experiments import Scores, finished_experiments, missing_rows
from ecgfuse.studies.ablation.grid import DEFAULT, Row, load_grid
from ecgfuse.studies.ablation.queue import clear_queue, queue_row, remove_old_copies, run_queue
from ecgfuse.studies.ablation.table import collect_results, markdown_table, results_table
from ecgfuse.studies.ablation.workspace import (
    changed_files,
    committed_params,
    git,
    only_one,
    restore_after_kill,
    show_experiments,
)


@dataclass(frozen=True, kw_only=True)
class AblationPaths:
    """Input and output files of an ablation, relative to the root of the repository."""

    grid: Path
    table: Path
    """Markdown; a CSV of the same name is written beside it."""
    figure: Path
    """PNG."""
    results: Path
    """JSON."""


def run_ablation(paths: AblationPaths, *, poll_s: float = 20.0) -> None:
    """Run the rows without an experiment on the last commit, and write the results of all rows.

    It can be interrupted at any time and run again; finished rows are kept.

    Args:
        poll_s: seconds between two polls of the queue.

    Raises:
        ValueError: the grid is invalid, files were changed since the last commit, an experiment
            has the name of a row but different parameters, or a row failed.
        KeyboardInterrupt: interrupted; nothing is left running.
    """
    with only_one(Path(".dvc/tmp/ablation.lock")):
        grid = load_grid(paths.grid, params=committed_params())
        names = [row.name for row in grid]
        if restore_after_kill(grid):
            print("the parameters are as committed again; an earlier run was killed while queueing")
        own = [
            paths.grid,
            paths.table,
            paths.table.with_suffix(".csv"),
            paths.figure,
            paths.results,
        ]
        if changed := changed_files(but=map(str, own)):
            raise ValueError(
                f"{', '.join(changed)} changed since the last commit, which the experiments start "
                "from; commit them, or restore them by 'git checkout'"
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
            f"{', '.join(failed)} failed; 'dvc queue logs {failed[0]}' shows why. The other rows "
            "are done; fix the cause and run the ablation again"
        )


def _run_rows(rows: Sequence[Row], *, poll_s: float) -> list[str]:
    """Queue rows and run the queue; return the names of the rows that failed."""
    names, started = [row.name for row in rows], time.monotonic()
    todo = iter(range(len(rows) - 1, -1, -1))

    def report(name: str) -> None:
        minutes = (time.monotonic() - started) / 60
        print(f"{name} is done after {minutes:.1f} minutes; {next(todo)} to go", flush=True)

    try:
        for row in rows:
            queue_row(row)
        return run_queue(names, poll_s=poll_s, on_done=report)
    except KeyboardInterrupt:
        print("\nstopping the running row ...", flush=True)
        clear_queue(names)
        raise


def _write(
    grid: Sequence[Row], scores: dict[str, Scores], *, paths: AblationPaths, baseline: str
) -> None:
    if DEFAULT not in scores:
        return  # nothing to compare with; the caller reports that the row failed
    write_table(results_table(grid, scores=scores), paths.table.with_suffix(".csv"))
    figure = draw_ablation([row.name for row in grid], scores=scores, default=DEFAULT)
    save_figure(figure, paths.figure)
    with atomic_file(paths.table) as temporary:
        temporary.write_text(markdown_table(grid, scores=scores, baseline=baseline))
    write_json(collect_results(grid, scores=scores), paths.results)

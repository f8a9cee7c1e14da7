"""Measure the web application on this machine: python benchmarks/measure_web.py [--only PART ...]

Starts `ecgfuse serve` in temporary folders and uses it by HTTP, as programs of several persons do:

  load    32 real recordings of half an hour brought at the same time
  day     24 hours of two leads, real recordings behind one another
  start   the first start page, and what pages weigh on the wire

Updates the measured parts of benchmarks/web.json, and the figure benchmarks/web_memory.png;
`python benchmarks/table.py` then writes the tables. Takes about six minutes, most of them for the
day.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import describe_machine
from measure_web_day import measure_day
from measure_web_load import measure_load
from measure_web_start import measure_start

from ecgfuse.download.config import DataConfig
from ecgfuse.pipeline.files import write_json
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage

RESULTS = Path("benchmarks/web.json")
FIGURE = Path("benchmarks/web_memory.png")
PARTS: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    "load": lambda folder, database: measure_load(folder, database=database, figure=FIGURE),
    "day": lambda folder, database: measure_day(folder, database=database),
    "start": lambda folder, _database: measure_start(folder),
}
"""Name of a part -> its measurement in a folder, with a database of WFDB records."""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--database", type=Path, help="folder of MIT-BIH (default: in data/raw)")
    arguments = parser.parse_args()
    database = arguments.database or Path("data/raw") / load_params(DataConfig).database
    found = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    machine = describe_machine()
    found["machine"] = {name: machine[name] for name in ("processor", "cores", "python")}
    for part in arguments.only:
        with tempfile.TemporaryDirectory(prefix="ecgfuse-web-") as folder:
            found[part] = PARTS[part](Path(folder), database)
        print(part, json.dumps(found[part], indent=2))
        write_json({name: found[name] for name in ("machine", *PARTS) if name in found}, RESULTS)


if __name__ == "__main__":
    run_stage(main)

"""Run the command line as a user does."""

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"


def ecgfuse(
    *arguments: str | Path, folder: Path | None = None, encoding: str = "utf-8"
) -> subprocess.CompletedProcess[str]:
    """ecgfuse ARGUMENTS, in a folder, on a terminal of that encoding."""
    return subprocess.run(
        [sys.executable, "-m", "ecgfuse", *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": f"{encoding}:strict"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

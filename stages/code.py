"""Stage code: what code and which libraries each stage reaches, so that it reruns for no other."""

import gc
from pathlib import Path

from ecgfuse.code.write import write_fingerprints
from ecgfuse.stage import run_stage


def main() -> None:
    """Write code/NAME.txt for every stage script."""
    gc.disable()  # all that is parsed is kept: looking for garbage takes a third of the time
    write_fingerprints(Path(), out=Path("code"))


if __name__ == "__main__":
    run_stage(main)

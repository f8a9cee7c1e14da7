"""Stage code: fingerprints of the code and libraries each stage reaches, which it reruns for."""

import gc
from pathlib import Path

from ecgfuse.pipeline.code.write import write_fingerprints
from ecgfuse.pipeline.stage import run_stage


def main() -> None:
    """Write code/NAME.txt for every stage script."""
    gc.disable()  # all parsed code is kept: garbage collection would take a third of the time
    write_fingerprints(Path(), out=Path("code"))


if __name__ == "__main__":
    run_stage(main)

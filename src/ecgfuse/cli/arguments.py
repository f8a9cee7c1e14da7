"""What subcommands share."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
else:  # argparse's class takes no argument when it runs
    Subparsers = argparse._SubParsersAction

FILES: dict[str, Any] = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}
"""For shtab: complete the names of files and folders."""


def complete_files(action: argparse.Action) -> None:
    """Let a shell complete names of files for this argument."""
    action.complete = FILES  # type: ignore[attr-defined]

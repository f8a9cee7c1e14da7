"""Shared by the subcommands."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
else:  # not generic at run time
    Subparsers = argparse._SubParsersAction

FILES = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}
"""Completion of file and folder names, for shtab."""


def complete_files(action: argparse.Action) -> None:
    """Let shells complete file names for this argument."""
    action.complete = FILES  # type: ignore[attr-defined]

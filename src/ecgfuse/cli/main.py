"""The command line: ecgfuse SUBCOMMAND.

Subcommands import their dependencies when they run, so that --help is fast.
"""

import argparse
from collections.abc import Sequence

from ecgfuse.cli.annotate import add_annotate
from ecgfuse.cli.completion import add_completion
from ecgfuse.cli.exits import EXIT_CODES, run_command
from ecgfuse.cli.score import add_score
from ecgfuse.cli.serve import add_serve

_EXAMPLES = """\
examples:
  ecgfuse annotate 100.hea                      classify the heartbeats of a recording
  ecgfuse annotate holter/ --out results        of all recordings in a folder
  ecgfuse score mitdb/100.atr results/100.ecgfuse
  ecgfuse serve                                 recordings in a browser
  ecgfuse annotate --help                       more examples and all options
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the subcommand of the command line, and exit."""
    run_command(lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    parsed = build_parser().parse_args(arguments)
    code: int = parsed.run(parsed)
    return code


def build_parser() -> argparse.ArgumentParser:
    """Parser of all subcommands and their options."""
    parser = argparse.ArgumentParser(
        prog="ecgfuse",
        description="Classify the heartbeats of ECG recordings, look at them in a browser, and "
        "score annotations.",
        epilog=f"{_EXAMPLES}\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, help="print the version and exit")
    subparsers = parser.add_subparsers(title="subcommands", metavar="SUBCOMMAND", required=True)
    add_annotate(subparsers)
    add_score(subparsers)
    add_serve(subparsers)
    add_completion(subparsers, parser=parser)
    return parser


class _Version(argparse.Action):
    """Looks up the version only when asked for: the look-up is slow."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"ecgfuse {version('ecgfuse')}")
        parser.exit()

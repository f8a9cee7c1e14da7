"""The command line: ecgfuse SUBCOMMAND.

Each subcommand imports what it needs when it is called, so that help comes at once.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ecgfuse.stage import run_stage

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def main() -> None:
    """Run the subcommand that the command line names, and exit."""
    run_stage(_run)


def _run() -> None:
    parser = argparse.ArgumentParser(
        prog="ecgfuse", description="Classify heartbeats of an ECG, and score what was classified."
    )
    subparsers = parser.add_subparsers(title="subcommands", metavar="SUBCOMMAND", required=True)
    _add_score(subparsers)
    arguments = parser.parse_args()
    arguments.run(arguments)


def _add_score(subparsers: "Subparsers") -> None:
    parser = subparsers.add_parser(
        "score",
        help="compare two annotation files beat by beat, by the rules of ANSI/AAMI EC57",
        description=(
            "Compare test annotations with reference annotations beat by beat, by the rules of "
            "ANSI/AAMI EC57, as the program bxb of WFDB does. Escape beats (e, j, n) are SVEB."
        ),
        epilog="Example: ecgfuse score mitdb/100.atr out/100.ecgfuse",
    )
    parser.add_argument("reference", type=Path, metavar="REF", help="annotation file, or a folder")
    parser.add_argument("test", type=Path, metavar="TEST", help="annotation file, or a folder")
    parser.add_argument(
        "--ref-annotator",
        default="atr",
        metavar="NAME",
        help="extension of the files in the folder REF (default: %(default)s)",
    )
    parser.add_argument(
        "--test-annotator",
        default="ecgfuse",
        metavar="NAME",
        help="extension of the files in the folder TEST (default: %(default)s)",
    )
    parser.add_argument(
        "--start",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="begin of the comparison; EC57 demands %(default)g, papers often use 0",
    )
    parser.add_argument(
        "--end", type=float, metavar="SECONDS", help="its end (default: end of the record)"
    )
    parser.add_argument(
        "--fs", type=float, metavar="HZ", help="sampling rate, for files that do not tell it"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there too")
    parser.set_defaults(run=_score)


def _score(arguments: argparse.Namespace) -> None:
    from ecgfuse.ec57.compare import Period, compare_files, pair_files, write_json
    from ecgfuse.ec57.table import format_lines, format_record, total

    period = Period(start_s=arguments.start, end_s=arguments.end)
    pairs = pair_files(
        arguments.reference,
        arguments.test,
        reference_annotator=arguments.ref_annotator,
        test_annotator=arguments.test_annotator,
    )
    counts = {
        name: compare_files(pair, period=period, fs=arguments.fs) for name, pair in pairs.items()
    }
    if arguments.json is not None:
        write_json(counts, period=period, path=arguments.json)
    end = "the end" if period.end_s is None else f"{period.end_s:g} s"
    parts = [
        f"Beat-by-beat comparison from {period.start_s:g} s to {end} of {', '.join(counts)}\n"
        f"Reference: {arguments.reference}\n     Test: {arguments.test}",
        *([format_lines(counts)] if len(counts) > 1 else []),
        format_record(total(counts)),
    ]
    print("\n\n".join(parts))


if __name__ == "__main__":
    main()

"""ecgfuse score: two annotation files, or folders of them, beat by beat."""

import argparse
import json
from pathlib import Path

from ecgfuse.cli.arguments import Subparsers, complete_files

_EPILOG = """\
examples:
  ecgfuse score mitdb/100.atr out/100.ecgfuse
  ecgfuse score mitdb/ out/                     all records that both folders have
  ecgfuse score mitdb/ out/ --start 0 --json    the first five minutes, too; as JSON
"""


def add_score(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "score",
        help="compare two annotation files beat by beat, by the rules of ANSI/AAMI EC57",
        description=(
            "Compare test annotations with reference annotations beat by beat, by the rules of\n"
            "ANSI/AAMI EC57, as the program bxb of WFDB does. Escape beats (e, j, n) are SVEB."
        ),
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, metavar in (("reference", "REF"), ("test", "TEST")):
        complete_files(
            parser.add_argument(
                name, type=Path, metavar=metavar, help="annotation file, or a folder"
            )
        )
    for option, folder, default in (("ref", "REF", "atr"), ("test", "TEST", "ecgfuse")):
        parser.add_argument(
            f"--{option}-annotator",
            default=default,
            metavar="NAME",
            help=f"extension of the files in the folder {folder} (default: %(default)s)",
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
    parser.add_argument("--json", action="store_true", help="print JSON in place of tables")
    parser.set_defaults(run=_score)


def _score(arguments: argparse.Namespace) -> int:
    from ecgfuse.ec57.compare import Period, compare_files, describe, pair_files
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
    if not any(matrix.any() for matrix in counts.values()):
        raise ValueError(
            f"no beat lies after {period.start_s:g} s"
            + ("" if period.end_s is None else f" and before {period.end_s:g} s")
            + "; --start 0 compares from the begin on"
        )
    if arguments.json:
        print(json.dumps(describe(counts, period=period), indent=2))
        return 0
    end = "the end" if period.end_s is None else f"{period.end_s:g} s"
    parts = [
        f"Beat-by-beat comparison from {period.start_s:g} s to {end} of {', '.join(counts)}\n"
        f"Reference: {arguments.reference}\n     Test: {arguments.test}",
        *([format_lines(counts)] if len(counts) > 1 else []),
        format_record(total(counts)),
    ]
    print("\n\n".join(parts))
    return 0

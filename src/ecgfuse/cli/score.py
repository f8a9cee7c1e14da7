"""ecgfuse score: beat-by-beat comparison of two annotation files, or folders of them."""

import argparse
import json
import sys
from pathlib import Path

from ecgfuse.cli.arguments import Subparsers, complete_files

_EPILOG = """\
examples:
  ecgfuse score mitdb/100.atr out/100.ecgfuse
  ecgfuse score mitdb/ out/                     all records in both folders
  ecgfuse score mitdb/ out/ --start 0 --json    include the first five minutes; as JSON
"""


def add_score(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "score",
        help="compare two annotation files beat by beat according to ANSI/AAMI EC57",
        description=(
            "Compare test annotations with reference annotations beat by beat according to\n"
            "ANSI/AAMI EC57, like bxb of WFDB. Escape beats (e, j, n) count as SVEB."
        ),
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, metavar in (("reference", "REF"), ("test", "TEST")):
        complete_files(
            parser.add_argument(name, type=Path, metavar=metavar, help="annotation file or folder")
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
        help="start of the test period (default: %(default)g, as in EC57; papers often use 0)",
    )
    parser.add_argument(
        "--end",
        type=float,
        metavar="SECONDS",
        help="end of the test period (default: end of the record)",
    )
    parser.add_argument(
        "--fs", type=float, metavar="HZ", help="sampling rate, for files that do not declare it"
    )
    parser.add_argument(
        "--bxb-quirks",
        action="store_true",
        help="reproduce the limits of bxb and sumstats to the digit (docs/ec57.md lists them)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.set_defaults(run=_score)


def _score(arguments: argparse.Namespace) -> int:
    from ecgfuse.ec57.score_files import Period, describe, pair_files, score_files, warn
    from ecgfuse.ec57.table import format_lines, format_record, total

    period = Period(start_s=arguments.start, end_s=arguments.end)
    quirks = arguments.bxb_quirks
    files = pair_files(
        arguments.reference,
        arguments.test,
        reference_annotator=arguments.ref_annotator,
        test_annotator=arguments.test_annotator,
    )
    counts = {
        name: score_files(pair, period=period, fs=arguments.fs, bxb_quirks=quirks)
        for name, pair in files.pairs.items()
    }
    if not any(matrix.any() for matrix in counts.values()):
        raise ValueError(
            f"no beat after {period.start_s:g} s"
            + ("" if period.end_s is None else f" and before {period.end_s:g} s")
            + "; use --start 0 to include the start of the record"
        )
    for warning in warn(files, counts=counts):
        print(f"ecgfuse: warning: {warning}", file=sys.stderr)
    if arguments.json:
        document = describe(counts, files=files, period=period, bxb_quirks=quirks)
        print(json.dumps(document, indent=2))
        return 0
    end = "the end" if period.end_s is None else f"{period.end_s:g} s"
    parts = [
        f"Beat-by-beat comparison from {period.start_s:g} s to {end} of {', '.join(counts)}"
        + (", with the limits of bxb" if quirks else "")
        + f"\nReference: {arguments.reference}\n     Test: {arguments.test}",
        *([format_lines(counts, bxb_quirks=quirks)] if len(counts) > 1 else []),
        format_record(total(counts)),
    ]
    print("\n\n".join(parts))
    return 0

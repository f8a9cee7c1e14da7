"""ecgfuse annotate: recordings -> annotation files, tables and pages."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecgfuse.cli.arguments import Subparsers, complete_files
from ecgfuse.cli.exits import EXIT_CODES, FAILED, SOME_FAILED, describe_error

if TYPE_CHECKING:
    from ecgfuse.annotate.annotator import Annotator
    from ecgfuse.annotate.run import Options

_DESCRIPTION = """\
Find the heartbeats of ECG recordings and give each a class of the AAMI: N (normal and bundle
branch block), S (supraventricular ectopic), V (ventricular ectopic), F (fusion of V and N), or
Q where the signal cannot be judged. For each recording three files are written into the folder
--out: NAME.ecgfuse, a WFDB annotation file; NAME.beats.csv, one row a beat with its time, class,
probabilities and why it cannot be judged; and NAME.html, one page with counts, burden, runs,
pauses, hours, RR intervals and examples.

Paced beats get one of these classes, too; atrial and ventricular fibrillation and flutter and AV
block are not recognised, and a fast sinus rhythm may read as runs of S. For research: this is no
medical device.
"""
_EPILOG = f"""\
examples:
  ecgfuse annotate 100.hea                      a WFDB record; 100 alone does, too
  ecgfuse annotate holter/ --out results        all .hea, .edf, .bdf and .csv files of a folder
  ecgfuse annotate 100 --beats atr              classify the beats of 100.atr, find none
  ecgfuse annotate ecg.csv --fs 250 --units uV  a table with a column for each lead
  ecgfuse annotate 12leads.edf --lead V1        another lead than II
  ecgfuse annotate 100 --model causal           features that see 1.2 s ahead and no more
  ecgfuse annotate holter/ --json > all.json    counts, burden and runs as JSON

{EXIT_CODES}"""


def add_annotate(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "annotate",
        help="find and classify the heartbeats of recordings (WFDB, EDF, BDF, CSV)",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    recordings = parser.add_argument(
        "recordings", nargs="+", type=Path, metavar="RECORDING", help="a file, or a folder of them"
    )
    out = parser.add_argument(
        "--out",
        type=Path,
        default=Path("annotated"),
        metavar="FOLDER",
        help="where results go; made if it is not there (default: %(default)s)",
    )
    for action in (recordings, out):
        complete_files(action)
    parser.add_argument(
        "--model",
        default="best",
        metavar="NAME",
        help="early, late, hybrid, best, causal, or the path of an .onnx file (default: "
        "%(default)s); the features of causal use nothing later than 1.2 s after a beat",
    )
    parser.add_argument(
        "--beats",
        default="detect",
        metavar="NAME",
        help="detect: find the beats; or the ending of annotation files beside the recordings, "
        "such as atr (default: %(default)s)",
    )
    parser.add_argument(
        "--lead",
        metavar="NAME",
        help="name of the lead, or its number from 1 (default: II, which the models have learned "
        "from, or the lead most like it)",
    )
    parser.add_argument(
        "--fs",
        type=float,
        metavar="HZ",
        help="sampling rate of files that tell none, such as CSV; must agree with the others",
    )
    parser.add_argument(
        "--units",
        metavar="UNIT",
        help="mV, uV, V or nV, of files that tell none (default: mV); must agree with the others",
    )
    parser.add_argument("--no-page", action="store_true", help="write no HTML page")
    parser.add_argument("--json", action="store_true", help="print JSON in place of a line each")
    parser.add_argument("--quiet", action="store_true", help="print errors alone, no progress")
    parser.set_defaults(run=_annotate)


def _annotate(arguments: argparse.Namespace) -> int:
    from ecgfuse.annotate.annotator import Annotator
    from ecgfuse.annotate.run import Options
    from ecgfuse.workers import n_workers

    _require_folder(arguments.out)
    annotator = Annotator(
        arguments.model, workers=n_workers(), progress=not (arguments.quiet or arguments.json)
    )
    options = Options(
        out=arguments.out,
        beats=arguments.beats,
        lead=arguments.lead,
        fs=arguments.fs,
        units=arguments.units,
        page=not arguments.no_page,
    )
    results: list[dict[str, Any]] = []
    for path, fault in _find(arguments.recordings):
        result = _annotate_one(path, fault=fault, annotator=annotator, options=options)
        results.append(result)
        _tell(result, quiet=arguments.quiet, line=not arguments.json)
    if arguments.json:
        print(json.dumps(results, indent=2))
    n_failed = sum("error" in result for result in results)
    if n_failed == 0:
        return 0
    if len(results) > 1:
        print(f"ecgfuse: {n_failed} of {len(results)} recordings failed", file=sys.stderr)
    return FAILED if n_failed == len(results) else SOME_FAILED


def _require_folder(out: Path) -> None:
    """Refuse a place for results that cannot be written, before hours of work."""
    there = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not there.is_dir():
        raise ValueError(f"--out {out}: {there} is a file; name a folder")
    if not os.access(there, os.W_OK):
        raise ValueError(f"--out {out}: you may not write into {there}; name another folder")


def _find(paths: list[Path]) -> list[tuple[Path, Exception | None]]:
    """All recordings, and what is wrong with those that cannot be found or told apart."""
    from ecgfuse.formats.find import find_recordings

    found: dict[Path, Exception | None] = {}
    for path in paths:
        try:
            found |= dict.fromkeys(find_recordings([path]))
        except (ValueError, OSError) as error:
            found[path] = error
    first: dict[str, Path] = {}
    for path, fault in found.items():
        other = first.setdefault(path.stem, path)
        if fault is None and other != path:
            found[path] = ValueError(
                f"{path}: {other} has the same name, so their results would be the same files; "
                "annotate one of them alone, with another folder --out"
            )
    return list(found.items())


def _annotate_one(
    path: Path, *, fault: Exception | None, annotator: "Annotator", options: "Options"
) -> dict[str, Any]:
    """What `annotate_file` gives, or the path and the error: others shall go on."""
    from ecgfuse.annotate.run import annotate_file

    try:
        if fault is not None:
            raise fault
        return annotate_file(path, annotator=annotator, options=options)
    except Exception as error:
        if os.environ.get("ECGFUSE_DEBUG"):
            raise
        text = describe_error(error)
        return {"path": str(path), "error": text if str(path) in text else f"{path}: {text}"}


def _tell(result: dict[str, Any], *, quiet: bool, line: bool) -> None:
    """Errors always; unless quiet, warnings and a line."""
    if "error" in result:
        print(f"ecgfuse: error: {result['error']}", file=sys.stderr)
        return
    if quiet:
        return
    for warning in result["warnings"]:
        print(f"ecgfuse: warning: {result['path']}: {warning}", file=sys.stderr)
    if line:
        print(_line(result), flush=True)


def _line(result: dict[str, Any]) -> str:
    counts = "  ".join(f"{name} {n:,}" for name, n in result["counts"].items())
    return f"{result['recording']}: {result['beats']:,} beats  {counts}  -> {result['files'][-1]}"

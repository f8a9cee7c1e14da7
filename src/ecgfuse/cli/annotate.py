"""ecgfuse annotate: recordings -> annotation files, tables and summary pages."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, final

from ecgfuse.cli.arguments import Subparsers, complete_files
from ecgfuse.cli.exits import EXIT_CODES, FAILED, SOME_FAILED, describe_error

if TYPE_CHECKING:
    from ecgfuse.annotate.annotator import Annotator
    from ecgfuse.annotate.run import Options
    from ecgfuse.annotate.summary import AnnotatedFile

_DESCRIPTION = """\
Detect the heartbeats of ECG recordings and assign each an AAMI class: N (normal or bundle branch
block), S (supraventricular ectopic), V (ventricular ectopic), F (fusion of ventricular and
normal), or Q (unclassified, for example because of poor signal quality). Three files per
recording are written to the folder --out: NAME.ecgfuse, a WFDB annotation file; NAME.beats.csv,
one row per beat with its R peak, class, probabilities and, if unclassified, the reason; and
NAME.html, a summary page with beat counts, burden, couplets and runs, pauses, hourly heart rate,
RR intervals and ECG strips.

Models of single beats (cnn_lstm, cnn_lstm_dropout, ensemble, transformer, transformer_published)
judge each beat by its waveform alone: N, abnormal, or Q, also for a beat unlike those of training
(reason: unfamiliar). WFDB has no code for abnormal: NAME.ecgfuse has "?" with the note "abnormal".

Paced beats are classified like any other. Atrial fibrillation and flutter, ventricular
fibrillation and flutter, and AV block are not detected, and sinus tachycardia may be reported as
runs of S. For research use only: not a medical device.
"""
_EPILOG = f"""\
examples:
  ecgfuse annotate 100.hea                      a WFDB record (or just 100)
  ecgfuse annotate holter/ --out results        all .hea, .edf, .bdf and .csv files in a folder
  ecgfuse annotate 100 --beats atr              classify the beats of 100.atr, detect none
  ecgfuse annotate ecg.csv --fs 250 --units uV  a table with one column per lead
  ecgfuse annotate 12leads.edf --lead V1        a lead other than II
  ecgfuse annotate 100 --model causal           look ahead 1.2 s at most
  ecgfuse annotate 100 --model cnn_lstm         normal or abnormal, by single beats
  ecgfuse annotate holter/ --json > all.json    counts, burden and runs as JSON

{EXIT_CODES}"""


@final
class Failure(TypedDict):
    """A recording that could not be annotated."""

    path: str
    error: str


def add_annotate(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "annotate",
        help="detect and classify the heartbeats of recordings (WFDB, EDF, BDF, CSV)",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    recordings = parser.add_argument(
        "recordings",
        nargs="+",
        type=Path,
        metavar="RECORDING",
        help="a recording, or a folder of recordings",
    )
    out = parser.add_argument(
        "--out",
        type=Path,
        default=Path("annotated"),
        metavar="FOLDER",
        help="output folder; created if missing (default: %(default)s)",
    )
    for action in (recordings, out):
        complete_files(action)
    parser.add_argument(
        "--model",
        default="best",
        metavar="NAME",
        help="early, late, hybrid, best, causal or small; of single beats, cnn_lstm, "
        "cnn_lstm_dropout, ensemble, transformer or transformer_published; or the path of an .onnx "
        "file (default: %(default)s); causal uses nothing later than 1.2 s after a beat",
    )
    parser.add_argument(
        "--beats",
        default="detect",
        metavar="NAME",
        help="detect: detect the R peaks; otherwise the extension of annotation files next to the "
        "recordings, such as atr (default: %(default)s)",
    )
    parser.add_argument(
        "--lead",
        metavar="NAME",
        help="name of the lead, or its number from 1 (default: II, on which the models were "
        "trained, or the most similar lead)",
    )
    parser.add_argument(
        "--fs",
        type=float,
        metavar="HZ",
        help="sampling rate of files that do not declare it, such as CSV; must agree with that "
        "of the others",
    )
    parser.add_argument(
        "--units",
        metavar="UNIT",
        help="mV, uV, V or nV, for files that do not declare it (default: mV); must agree with "
        "that of the others",
    )
    parser.add_argument("--no-page", action="store_true", help="do not write the HTML page")
    parser.add_argument(
        "--json", action="store_true", help="print JSON instead of one line per recording"
    )
    parser.add_argument("--quiet", action="store_true", help="print errors only, no progress")
    parser.set_defaults(run=_annotate)


def _annotate(arguments: argparse.Namespace) -> int:
    from ecgfuse.annotate.annotator import Annotator
    from ecgfuse.annotate.run import Options
    from ecgfuse.engine.processes import n_workers

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
    results: list[AnnotatedFile | Failure] = []
    for path, fault in _find(arguments.recordings):
        result = _annotate_one(path, fault=fault, annotator=annotator, options=options)
        results.append(result)
        _report(result, quiet=arguments.quiet, line=not arguments.json)
    if arguments.json:
        print(json.dumps(results, indent=2))
    n_failed = sum("error" in result for result in results)
    if n_failed == 0:
        return 0
    if len(results) > 1:
        print(f"ecgfuse: {n_failed} of {len(results)} recordings failed", file=sys.stderr)
    return FAILED if n_failed == len(results) else SOME_FAILED


def _require_folder(out: Path) -> None:
    """Reject an output folder that is not writable before hours of work."""
    there = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not there.is_dir():
        raise ValueError(f"--out {out}: {there} is a file; name a folder")
    if not os.access(there, os.W_OK):
        raise ValueError(f"--out {out}: no permission to write to {there}; name another folder")


def _find(paths: list[Path]) -> list[tuple[Path, Exception | None]]:
    """Find all recordings; with the error for those that are missing or have the same name."""
    from ecgfuse.recordings.find import find_recordings

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
                f"{path}: {other} has the same name, so their results would overwrite each other; "
                "annotate one of them separately, with another folder --out"
            )
    return list(found.items())


def _annotate_one(
    path: Path, *, fault: Exception | None, annotator: "Annotator", options: "Options"
) -> "AnnotatedFile | Failure":
    """Annotate one recording; an error is returned, so that the others can continue."""
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


def _report(result: "AnnotatedFile | Failure", *, quiet: bool, line: bool) -> None:
    """Print errors always, warnings and one line unless quiet."""
    if "error" in result:
        print(f"ecgfuse: error: {result['error']}", file=sys.stderr)
        return
    if quiet:
        return
    for warning in result["warnings"]:
        print(f"ecgfuse: warning: {result['path']}: {warning}", file=sys.stderr)
    if line:
        print(_line(result), flush=True)


def _line(result: "AnnotatedFile") -> str:
    counts = "  ".join(f"{name} {n:,}" for name, n in result["counts"].items())
    return (
        f"{result['recording']}: {_lead(result)}: {result['beats']:,} beats  {counts}  -> "
        f"{result['files'][-1]}"
    )


def _lead(result: "AnnotatedFile") -> str:
    """The lead that was taken; in a table, also its column, and what the file did not declare."""
    lead, source = f"lead {result['lead']}", result["lead_from"]
    if source is None:
        return lead
    column = f"column {source['column']}"
    guess = f", {source['unit_from']}" if source["unit_from"] == "assumed" else ""
    details = [] if result["lead"] == column else [column]
    details += [f"{source['unit']}{guess}", f"{result['fs']:g} Hz by {source['fs_from']}"]
    return f"{lead} ({', '.join(details)})"

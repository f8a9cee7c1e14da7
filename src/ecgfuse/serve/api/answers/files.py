"""The files that a person takes away."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecgfuse.recordings.annotation_writer import ANNOTATOR
from ecgfuse.serve.analysis.pyramid import FOLDER, read_index
from ecgfuse.serve.api.answers.numbers import require_recording, summary
from ecgfuse.serve.exports.annotation import annotation_file
from ecgfuse.serve.exports.png import to_png
from ecgfuse.serve.exports.strip import Caption, draw_strip
from ecgfuse.serve.exports.svg import to_svg
from ecgfuse.serve.exports.tables import beats_csv, report_json
from ecgfuse.serve.services import services

if TYPE_CHECKING:
    from ecgfuse.serve.api.answers.labelled import Labelled

_STRIPS = {"strip.svg": to_svg, "strip.png": to_png}


@dataclass(frozen=True, kw_only=True)
class File:
    """A file and the name that it gets."""

    name: str
    content: bytes


def file_of(
    labelled: "Labelled", *, what: str, from_s: float, to_s: float, lead: str | None
) -> File:
    """Make a file.

    Args:
        what: a key of `exports.TYPES`.
        from_s: begin of the part of a strip in seconds.
        to_s: its end.
        lead: of a strip; None for all.

    Raises:
        ValueError: the part or the lead does not exist, or there is no beat.
    """
    name = labelled.recording.name
    if what == "annotation":
        return File(name=f"{name}.{ANNOTATOR}", content=_annotation(labelled))
    if what == "beats.csv":
        return File(name=f"{name}.beats.csv", content=_table(labelled))
    if what == "report.json":
        return File(name=f"{name}.report.json", content=_report(labelled))
    content = _strip(labelled, what=what, from_s=from_s, to_s=to_s, lead=lead)
    return File(name=f"{name}.{from_s:g}-{to_s:g}s.{what.rpartition('.')[2]}", content=content)


def _annotation(labelled: "Labelled") -> bytes:
    require_recording(labelled)
    return annotation_file(
        labelled.beats,
        fs=labelled.fs,
        silent_s=labelled.result.silent_s,
        classes=labelled.classes,
    )


def _table(labelled: "Labelled") -> bytes:
    beats = labelled.beats
    return beats_csv(beats.drop(columns="time_s") if labelled.is_single_beats else beats)


def _report(labelled: "Labelled") -> bytes:
    corrections: list[dict[str, Any]] = [
        {
            "sample": one.sample,
            "from_class": one.from_class,
            "to_class": one.to_class,
            "created": one.created.isoformat(),
        }
        for one in labelled.corrections
        if not one.undone
    ]
    return report_json(summary(labelled), corrections=corrections)


def _strip(
    labelled: "Labelled", *, what: str, from_s: float, to_s: float, lead: str | None
) -> bytes:
    require_recording(labelled)
    recording = labelled.recording
    folder = services().storage.folder_of("recordings", recording.id) / FOLDER
    start = None if recording.start is None else recording.start.replace(tzinfo=None)
    picture = draw_strip(
        folder,
        beats=labelled.beats,
        leads=read_index(folder).leads if lead is None else [lead],
        from_s=from_s,
        to_s=to_s,
        caption=Caption(name=recording.name, model=labelled.analysis.model, start=start),
    )
    return _STRIPS[what](picture)

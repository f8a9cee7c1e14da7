"""The parts of a WFDB record: the record itself, or its segments and gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgfuse.recordings.recording import lead_names
from ecgfuse.recordings.wfdb.header import GAP, Header, Segment, read_header
from ecgfuse.recordings.wfdb.signal_files import file_beside, load_record
from ecgfuse.recordings.wfdb.signal_line import NULL_FORMAT, Signal

_MOST_GAP_FRAMES = 400_000_000
"""A month at 125 Hz. Gaps may last so long, plus ten times the length of the recorded segments, so
that a few bytes cannot cause hours of work."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A segment or gap of a record."""

    path: Path | None
    """Header of the segment; None for a gap."""
    n_frames: int


def record_parts(header: Header, *, trusted: bool) -> tuple[tuple[Part, ...], dict[str, Signal]]:
    """Check all parts of a record; return them, and the leads by name.

    A part may lack a lead; a lead is described as in the first part that has it.

    Args:
        trusted: as in `open_record`.

    Raises:
        ValueError: a header is damaged, parts contradict each other or the header of the whole
            record, or a signal file is missing or too short.
    """
    if not header.segments:
        record, _ = load_record(header.path, trusted=trusted)
        return (Part(path=header.path, n_frames=record.n_frames or 0),), named_signals(record)

    def header_of(segment: Segment) -> Path:
        name = f"{segment.name}.hea"
        return file_beside(header.path, name=name, follow_links=trusted)

    segments = header.segments
    leads: dict[str, Signal | None] = {}
    if segments[0].n_frames == 0:  # the first is the layout: the order of all leads
        layout = read_header(header_of(segments[0]))
        leads = dict.fromkeys(lead_names([s.name for s in layout.signals]))
        segments = segments[1:]
    segments = tuple(s for s in segments if s.n_frames)
    _check_lengths(segments, header=header)
    parts = tuple(
        Part(path=None if s.name == GAP else header_of(s), n_frames=s.n_frames) for s in segments
    )
    for part in parts:
        if part.path is not None:
            record, _ = load_record(part.path, n_frames=part.n_frames, trusted=trusted)
            found = named_signals(record)
            _check_rates(record, found=found, known=leads, header=header)
            leads |= {name: found[name] for name in found if leads.get(name) is None}
    return parts, {name: signal for name, signal in leads.items() if signal is not None}


def named_channels(header: Header) -> dict[str, int]:
    """Indices of the signals that have samples, by lead name."""
    names = lead_names([s.name for s in header.signals])
    return {n: i for i, n in enumerate(names) if header.signals[i].fmt != NULL_FORMAT}


def named_signals(header: Header) -> dict[str, Signal]:
    """Signals that have samples, by lead name."""
    return {name: header.signals[i] for name, i in named_channels(header).items()}


def _check_lengths(segments: Sequence[Segment], *, header: Header) -> None:
    names = [s.name for s in segments if s.name != GAP]
    total = sum(s.n_frames for s in segments)
    gaps = sum(s.n_frames for s in segments if s.name == GAP)
    if not names:
        problem = "none of its segments has samples"
    elif len(set(names)) != len(names):
        problem = "a segment is listed twice"
    elif header.n_frames not in (None, total):
        problem = f"it declares {header.n_frames:,} samples, but its segments have {total:,}"
    elif gaps > _MOST_GAP_FRAMES + 10 * (total - gaps):
        problem = f"{gaps:,} of its {total:,} samples are gaps"
    else:
        return
    raise ValueError(f"{header.path}: {problem}; correct the header, or copy the record again")


def _check_rates(
    record: Header,
    *,
    found: Mapping[str, Signal],
    known: Mapping[str, Signal | None],
    header: Header,
) -> None:
    """Check that all parts have the rate of the record, and the same samples per frame."""
    same_lead = [(signal, known.get(name)) for name, signal in found.items()]
    if record.fs not in (None, header.fs) or any(
        other is not None and signal.per_frame != other.per_frame for signal, other in same_lead
    ):
        raise ValueError(
            f"{record.path}: the sampling rate of the segment is not that of the record "
            f"{header.path.name}; correct the header"
        )

"""The parts of a WFDB record: itself, or the records that it is strung together from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgfuse.formats.recording import lead_names
from ecgfuse.formats.wfdb_files import file_beside, load_record
from ecgfuse.formats.wfdb_header import Header, Segment, read_header
from ecgfuse.formats.wfdb_signal_line import NULL_FORMAT, Signal

GAP = "~"
"""Name of a segment in which nothing was recorded."""
_MOST_GAP_FRAMES = 400_000_000
"""A month at 125 Hz. Gaps may be so long, and besides ten times as long as what was recorded: a few
bytes shall not make hours of work."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of a record."""

    path: Path | None
    """Header of its samples, a record without segments; None for a gap."""
    n_frames: int


def record_parts(header: Header) -> tuple[tuple[Part, ...], dict[str, Signal]]:
    """The parts of a record, all of them checked, and its leads by their names.

    A lead may be in a part or not; it is told here as in the first part that has it.

    Raises:
        ValueError: a header is damaged, parts disagree with each other or with the header of the
            whole record, or a signal file is missing or too short.
    """
    if not header.segments:
        record, _ = load_record(header.path)
        return (Part(path=header.path, n_frames=record.n_frames or 0),), named_signals(record)
    segments = header.segments
    leads: dict[str, Signal | None] = {}
    if segments[0].n_frames == 0:  # the first only tells the layout: the order of all leads
        layout = read_header(_header_of(segments[0], header=header))
        leads = dict.fromkeys(lead_names([s.name for s in layout.signals]))
        segments = segments[1:]
    segments = tuple(s for s in segments if s.n_frames)
    _check_lengths(segments, header=header)
    parts = tuple(
        Part(path=None if s.name == GAP else _header_of(s, header=header), n_frames=s.n_frames)
        for s in segments
    )
    for part in parts:
        if part.path is not None:
            record, _ = load_record(part.path, n_frames=part.n_frames)
            found = named_signals(record)
            _check_rates(record, found=found, known=leads, header=header)
            leads |= {name: found[name] for name in found if leads.get(name) is None}
    return parts, {name: signal for name, signal in leads.items() if signal is not None}


def named_channels(header: Header) -> dict[str, int]:
    """Places of the signals that have samples, by the names that leads get."""
    names = lead_names([s.name for s in header.signals])
    return {n: i for i, n in enumerate(names) if header.signals[i].fmt != NULL_FORMAT}


def named_signals(header: Header) -> dict[str, Signal]:
    """Signals that have samples, by the names that leads get."""
    return {name: header.signals[i] for name, i in named_channels(header).items()}


def _header_of(segment: Segment, *, header: Header) -> Path:
    return file_beside(header.path, name=f"{segment.name}.hea")


def _check_lengths(segments: Sequence[Segment], *, header: Header) -> None:
    names = [s.name for s in segments if s.name != GAP]
    total = sum(s.n_frames for s in segments)
    gaps = sum(s.n_frames for s in segments if s.name == GAP)
    if not names:
        problem = "none of its segments has samples"
    elif len(set(names)) != len(names):
        problem = "it names a segment twice"
    elif header.n_frames not in (None, total):
        problem = f"it promises {header.n_frames:,} samples, its segments have {total:,}"
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
    """All parts have the rate of the record, and as many samples in a frame of each lead."""
    same_lead = [(signal, known.get(name)) for name, signal in found.items()]
    if record.fs not in (None, header.fs) or any(
        other is not None and signal.per_frame != other.per_frame for signal, other in same_lead
    ):
        raise ValueError(
            f"{record.path}: the segment is sampled at another rate than the record "
            f"{header.path.name}; correct the header"
        )

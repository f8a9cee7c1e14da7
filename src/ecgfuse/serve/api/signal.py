"""Windows of the signals of a recording, and the overview of an analysis."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

from ecgfuse.serve.analysis.pyramid import FOLDER, has_pyramid, read_index
from ecgfuse.serve.analysis.windows import MOST_POINTS, LeadWindow, read_window
from ecgfuse.serve.api.access import find_recording
from ecgfuse.serve.api.beats import time_field
from ecgfuse.serve.api.columns import Column
from ecgfuse.serve.api.conditional import ETAG, stop_if_current, tagged
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.api.spec import blueprint, problems
from ecgfuse.serve.services import services

MOST_LEADS = 64
"""Leads in one answer."""

blp = blueprint("signal", description="Signals of a recording, reduced to what can be drawn")


class SignalQuery(Schema):
    """Which window, of which leads, in how many points."""

    from_s = time_field(load_default=0.0)
    to_s = time_field(required=True)
    leads = fields.String(
        validate=validate.Length(max=4000),
        metadata={"description": "Names, separated by commas; all leads without it"},
    )
    points = fields.Integer(load_default=2000, validate=validate.Range(min=1, max=MOST_POINTS))


class LeadSchema(Schema):
    """A window of one lead: all its samples, or the extremes of equal parts."""

    name = fields.String(required=True)
    mode = fields.String(required=True, metadata={"enum": ["samples", "min_max"]})
    t0_s = fields.Float(required=True, metadata={"description": "Time of the first sample or part"})
    dt_s = fields.Float(required=True, metadata={"description": "From one to the next"})
    samples = Column(
        nullable=True,
        digits=3,
        description="In mV; null where missing",
        data_key="values",
        required=False,
    )
    low = Column(nullable=True, digits=3, data_key="min", required=False)
    high = Column(nullable=True, digits=3, data_key="max", required=False)


class SignalSchema(Schema):
    """Windows of some leads."""

    from_s = fields.Float(required=True)
    to_s = fields.Float(required=True)
    fs = fields.Float(required=True)
    leads = fields.List(fields.Nested(LeadSchema), required=True)


class OverviewQuery(Schema):
    """In how many bins."""

    bins = fields.Integer(load_default=1000, validate=validate.Range(min=1, max=MOST_POINTS))


class OverviewSchema(Schema):
    """A whole recording in bins of equal length."""

    bins = fields.Integer(required=True)
    seconds_per_bin = fields.Float(required=True)
    counts = fields.Dict(
        keys=fields.String(),
        values=Column("integer"),
        required=True,
        metadata={"description": "Class -> beats in each bin"},
    )
    low = Column(nullable=True, digits=3, data_key="min", description="Of the lead, in mV")
    high = Column(nullable=True, digits=3, data_key="max")
    heart_rate = Column(nullable=True, digits=1, description="Mean, per minute")
    without_signal = fields.List(
        fields.List(fields.Raw()),
        required=True,
        metadata={"description": "Start and end in seconds, and reason"},
    )


@blp.get("/recordings/<recording_id>/signal")
@problems(404, 409)
@blp.arguments(SignalQuery, location="query")
@blp.response(200, SignalSchema, headers=ETAG)
def signal(query: dict[str, Any], recording_id: str) -> Any:
    """A window of signals: samples, or extremes where there are more than four per point."""
    with services().database.reading() as session:
        recording = find_recording(session, recording_id)
    tag = f"signal-{version('ecgfuse')}"  # signals of a recording never change
    folder = _pyramid(recording.id)
    stop_if_current(tag)
    index = read_index(folder)
    names = _lead_names(query.get("leads"), known=index.leads)
    try:
        windows = read_window(
            folder, leads=names, from_s=query["from_s"], to_s=query["to_s"], points=query["points"]
        )
    except ValueError as error:
        refuse(422, str(error))
    content = {
        "from_s": query["from_s"],
        "to_s": min(query["to_s"], index.duration_s),
        "fs": index.fs,
        "leads": [_lead(window) for window in windows],
    }
    return tagged(content, tag)


@blp.get("/analyses/<analysis_id>/overview")
@problems(404, 409)
@blp.arguments(OverviewQuery, location="query")
@blp.response(200, OverviewSchema, headers=ETAG)
def overview(query: dict[str, Any], analysis_id: str) -> Any:
    """The whole recording: extremes of the lead, beats by class, heart rate, unusable stretches."""
    from ecgfuse.serve.api.answers.labelled import open_labelled
    from ecgfuse.serve.api.answers.overview import overview_of

    labelled = open_labelled(analysis_id)
    return tagged(overview_of(labelled, bins=query["bins"]), labelled.tag)


def _pyramid(recording_id: str) -> Path:
    """Folder of the signals; 409 if they have not been read yet."""
    folder = services().storage.folder_of("recordings", recording_id) / FOLDER
    if not has_pyramid(folder):
        refuse(
            409, "the signals have not been read yet; ask again when an analysis has passed reading"
        )
    return folder


def _lead_names(text: str | None, *, known: tuple[str, ...]) -> list[str]:
    """Leads asked for; a name may contain commas."""
    if text is None:
        return list(known[:MOST_LEADS])
    names, rest = [], text
    while rest:
        fitting = [name for name in known if rest == name or rest.startswith(f"{name},")]
        if not fitting:
            refuse(422, f"there is no lead {rest!r}; the recording has {', '.join(known)}")
        names.append(max(fitting, key=len))
        rest = rest[len(names[-1]) + 1 :]
    return names[:MOST_LEADS] or list(known[:MOST_LEADS])


def _lead(window: LeadWindow) -> dict[str, Any]:
    reduced = window.values is None
    own = {"low": window.low, "high": window.high} if reduced else {"samples": window.values}
    return {
        "name": window.name,
        "mode": window.mode,
        "t0_s": window.t0_s,
        "dt_s": window.dt_s,
        **own,
    }

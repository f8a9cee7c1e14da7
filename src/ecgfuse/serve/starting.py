"""Which model judges a recording, and the start of its analysis."""

from sqlalchemy import select

from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow
from ecgfuse.serve.files.room import further_result_bytes, promised
from ecgfuse.serve.jobs.progress import CANCELLED, FAILED, restart
from ecgfuse.serve.models import ServedModel, list_models
from ecgfuse.serve.performance import SINGLE_BEATS
from ecgfuse.serve.services import Services


def choose_model(kind: str, *, wanted: str | None, default: str) -> str:
    """Name of the model for a new recording.

    Args:
        kind: of the recording.
        wanted: by the person, for all files sent together; another model takes those that it cannot
            judge.
        default: for recordings. If it cannot judge this one, or its file is missing, it is the
            model with the best measured score.

    Raises:
        ValueError: no model can judge such a recording.
    """
    usable = [m for m in list_models() if kind != SINGLE_BEATS or m.kind == SINGLE_BEATS]
    names = [model.name for model in usable]
    for name in (wanted, default):
        if name in names:
            return str(name)
    if not usable and kind == SINGLE_BEATS:
        raise ValueError(
            "there is no model for single beats; export one by 'make heartbeat', or start the "
            "server where there is one"
        )
    if not usable:
        raise ValueError(
            "there is no model; export one by 'make repro', or start the server where there is one"
        )
    return max(usable, key=_measured).name


def start_analysis(
    services: Services, *, recording: RecordingRow, model: str, lead: str | None
) -> AnalysisRow:
    """Start an analysis, or find that of the same model and lead; start it again if it failed.

    Args:
        recording: as it is stored.
        model: that can judge it.
        lead: its name or number; None leaves the choice to the program. Single beats have none.

    Raises:
        NoRoomError: there is no room for its result.
        sqlalchemy.exc.IntegrityError: the recording was deleted meanwhile.
    """
    lead = None if recording.kind == SINGLE_BEATS else lead
    query = select(AnalysisRow).where(
        AnalysisRow.recording_id == recording.id,
        AnalysisRow.model == model,
        AnalysisRow.lead.is_(None) if lead is None else AnalysisRow.lead == lead,
    )
    query = query.order_by(AnalysisRow.created)
    of_recording = select(AnalysisRow.id).where(AnalysisRow.recording_id == recording.id)
    with services.database.reading() as session:
        known = session.scalars(query).first()
        is_first = session.scalar(of_recording.limit(1)) is None
    if known is not None and known.status not in (FAILED, CANCELLED):
        return known
    needed = 0 if is_first else further_result_bytes(recording, services=services)
    # Room for the first one was promised when the recording was taken in.
    with promised(services, needed) if needed else services.database.session() as session:
        known = session.scalars(query).first()  # another request may have been faster
        analysis = known or AnalysisRow(recording_id=recording.id, model=model, lead=lead)
        session.add(analysis)
    if known is None or restart(services.database, known.id):
        services.queue.enqueue(analysis.id)
    with services.database.reading() as session:
        return session.get_one(AnalysisRow, analysis.id)


def _measured(model: ServedModel) -> float:
    """F1 of abnormal beats or macro F1 on DS2; -1 if it was not measured."""
    performance = {"f1": -1.0, **(model.performance or {})}
    return float(performance.get("macro_f1", performance["f1"]))

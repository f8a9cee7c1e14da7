"""Uploaded files -> recordings: grouped, checked, and moved to folders of their own."""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC
from pathlib import Path

from ecgfuse.recordings.kind import Kind, kind_of
from ecgfuse.recordings.leads import choose_leads
from ecgfuse.recordings.open import open_recording
from ecgfuse.serve.analysis.limits import limits_of
from ecgfuse.serve.analysis.plain_words import in_plain_words, sentence_of
from ecgfuse.serve.database.tables import RecordingRow, Upload
from ecgfuse.serve.files.deletion import delete_upload
from ecgfuse.serve.files.ids import new_id
from ecgfuse.serve.files.room import first_result_bytes, promised
from ecgfuse.serve.intake.batch import ANNOTATION, Group, Problem
from ecgfuse.serve.intake.file_names import check_content, key_of, stem_of
from ecgfuse.serve.intake.grouping import group_files
from ecgfuse.serve.intake.single_beats import SINGLE_BEATS, check_layout, may_be_single_beats
from ecgfuse.serve.intake.uploads import find_upload, upload_path
from ecgfuse.serve.services import Services

FILES = "files"
"""Folder of the uploaded files in that of a recording."""

_LOOK_BYTES = 512
_KINDS: Mapping[Kind, str] = {"wfdb": "wfdb", "edf": "edf", "table": "csv"}


@dataclass(frozen=True, kw_only=True)
class IntakeOptions:
    """What the person says about the files."""

    kind: str | None = None
    """recording or single_beats; None: by the width of a table."""
    fs: float | None = None
    """Sampling rate in Hz, for files that declare none."""
    units: str | None = None
    """mV, uV, V or nV, for files that declare none."""
    lead: str | None = None
    """Name of the lead, or its number from 1."""
    label_column: str | None = None
    """Of single beats: none, first or last."""


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What became of files that were sent together."""

    recordings: list[RecordingRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def take_in_uploads(
    services: Services, *, owner_id: str, upload_ids: Sequence[str], options: IntakeOptions
) -> Intake:
    """Make recordings of uploads that were sent together.

    The uploads of a recording are used up. Those of a file with a problem stay, so that the person
    can try again with other options without sending them again.

    Raises:
        UnknownUploadError: one does not exist.
    """
    uploads = [
        find_upload(services, owner_id=owner_id, upload_id=one) for one in dict.fromkeys(upload_ids)
    ]
    chosen, problems = _distinct(uploads)
    files = {name: upload_path(services.storage, upload.id) for name, upload in chosen.items()}
    found, used = _take_in(services, files, owner_id=owner_id, options=options, copy=False)
    for name in used:
        delete_upload(services, owner_id=owner_id, upload_id=chosen[name].id)
    return Intake(recordings=found.recordings, problems=[*problems, *found.problems])


def take_in_files(
    services: Services, files: Iterable[Path], *, owner_id: str, options: IntakeOptions
) -> Intake:
    """Make recordings of files on the server, such as examples, which stay where they are.

    Args:
        files: of plain names, each of which occurs once.
    """
    named = {path.name: path for path in files}
    return _take_in(services, named, owner_id=owner_id, options=options, copy=True)[0]


def _distinct(uploads: Sequence[Upload]) -> tuple[dict[str, Upload], list[Problem]]:
    """Finished uploads by name, and problems of the others."""
    chosen: dict[str, Upload] = {}
    keys: set[str] = set()
    problems = []
    for upload in uploads:
        fault = ""
        if upload.finished is None:
            fault = (
                f"has not arrived completely ({upload.received:,} of {upload.size:,} bytes); "
                "continue its upload"
            )
        elif key_of(upload.name) in keys:
            fault = "was chosen twice; choose one file of each name at a time"
        if fault:
            problems.append(Problem(file=upload.name, detail=fault))
        else:
            keys.add(key_of(upload.name))
            chosen[upload.name] = upload
    return chosen, problems


def _take_in(
    services: Services,
    files: Mapping[str, Path],
    *,
    owner_id: str,
    options: IntakeOptions,
    copy: bool,
) -> tuple[Intake, set[str]]:
    """Recordings of files, and the names of the files that belong to them."""
    groups, problems = group_files(files)
    intake = Intake(problems=problems)
    used: set[str] = set()
    for group in groups:
        recording_id = new_id()
        try:
            row = _store(
                services, group, id=recording_id, owner_id=owner_id, options=options, copy=copy
            )
        except (ValueError, OSError) as error:
            services.storage.delete("recordings", recording_id)
            detail = sentence_of(error, _home(services, recording_id) / group.main)
            if detail is None:
                raise
            intake.problems.append(_problem(group, detail))
        else:
            intake.recordings.append(row)
            used.update(group.members)
    return intake, used


def _home(services: Services, recording_id: str) -> Path:
    return services.storage.folder / "recordings" / recording_id / FILES


def _problem(group: Group, detail: str) -> Problem:
    for name in (group.main, group.shown):
        detail = detail.removeprefix(f"{name}: ")
    return Problem(file=group.shown, detail=detail)


def _store(
    services: Services,
    group: Group,
    *,
    id: str,
    owner_id: str,
    options: IntakeOptions,
    copy: bool,
) -> RecordingRow:
    """Put a group into a folder of its own, check it, and write its row.

    Raises:
        ValueError: it is unusable; what was stored is left over.
        OSError: it cannot be stored.
    """
    folder = services.storage.folder_of("recordings", id) / FILES
    folder.mkdir()
    size = sum(path.stat().st_size for path in group.files.values())
    if copy:
        services.storage.require_room(size)
    for name, path in group.files.items():
        _place(path, folder / name, copy=copy)
    row = RecordingRow(
        id=id,
        owner_id=owner_id,
        name=group.name,
        folder=f"{FILES}/{group.main}",
        has_reference=stem_of(group.main) + ANNOTATION in group.files,
        options={name: value for name, value in asdict(options).items() if value is not None},
        bytes=size,
    )
    _describe(row, folder / group.main, shown=group.shown, services=services, options=options)
    with promised(services, first_result_bytes(row)) as session:
        session.add(row)
    return row


def _place(source: Path, target: Path, *, copy: bool) -> None:
    """Copy a file, or link it, which needs neither time nor room."""
    if not copy:
        with suppress(OSError):  # a file system without links
            os.link(source, target)
            return
    shutil.copyfile(source, target)


def _describe(
    row: RecordingRow, path: Path, *, shown: str, services: Services, options: IntakeOptions
) -> None:
    """Open a recording, and complete its row.

    Args:
        shown: name that the person gave the main file.

    Raises:
        ValueError: it is unusable.
    """
    with path.open("rb") as file:
        check_content(file.read(_LOOK_BYTES), name=shown)
    kind = kind_of(path)
    if kind == "table" and _is_single_beats(path, options=options):
        check_layout(path, label_column=options.label_column)
        row.kind, row.leads, row.warnings = SINGLE_BEATS, [], []
        row.has_reference = options.label_column != "none"
        return
    if options.kind == SINGLE_BEATS:
        raise ValueError("is no table of single beats; choose a CSV file with a beat per row")
    recording = open_recording(path, fs=options.fs, units=options.units)
    if options.lead is not None:
        choose_leads(recording.leads, preferred=(), wanted=options.lead, path=path)
    if recording.n_samples is not None:  # otherwise it is seen while it is read
        duration_s = recording.n_samples / recording.fs
        limits_of(services.settings).require_length(duration_s, path=path)
    row.kind = _KINDS[kind or "table"]
    row.fs, row.n_samples = recording.fs, recording.n_samples
    row.leads = list(recording.leads)
    row.start = recording.start and recording.start.replace(tzinfo=UTC)
    row.warnings = in_plain_words(list(recording.warnings), path)


def _is_single_beats(path: Path, *, options: IntakeOptions) -> bool:
    if options.kind is not None:
        return options.kind == SINGLE_BEATS
    return options.label_column is not None or may_be_single_beats(path)

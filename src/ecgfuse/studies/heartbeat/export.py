"""The export stage: a model of each network of the split "inter", and the small one, to git."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgfuse.export.deployable import export_model
from ecgfuse.export.single_beat import (
    SingleBeatModel,
    SingleBeatSpec,
    StoredSingleBeat,
    export_single_beat,
)
from ecgfuse.models.store import load_seeds
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.heartbeat.network_beats import second_database
from ecgfuse.studies.heartbeat.networks import (
    MEMBERS,
    RUNS,
    Trained,
    load_trained,
    trained_path,
)
from ecgfuse.studies.heartbeat.ood import load_detector


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a network was trained on."""

    database: str
    kind: str
    """"real" or "synthetic"."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The training that is exported of a run."""

    run: str
    seed: int
    trained: Trained
    valid_loss: float


def export_models(
    *,
    seeds: Sequence[int],
    beats: Path,
    dataset: Path,
    networks: Path,
    ood: Path,
    small: Path,
    preprocess: PreprocessConfig,
    rr: RRConfig,
    out: Path,
) -> None:
    """Write NAME.safetensors and NAME.onnx of every model.

    Args:
        seeds: those of `networks`.
        beats: output folder of the stage beats; it tells what the second database is.
        dataset: dataset.json of the recordings.
        networks: output folder of the stage networks, of the split "inter".
        ood: output folder of the stage ood.
        small: output folder of the stage small.
        preprocess: how the beats of the small network were cut; all models take its leads.
        rr: how the RR features of the small network were computed.

    Raises:
        ValueError: a file is missing.
    """
    first, second = read_sources(dataset, beats=beats)
    for name, runs in MEMBERS.items():
        members = [choose_seed(run, seeds=seeds, folder=networks) for run in runs]
        sources = [second if RUNS[run].second else first for run in runs]
        stored = _stored(members, sources=sources, ood=ood, leads=preprocess.leads)
        export_single_beat(stored, out / f"{name}.safetensors")
    export_model(load_seeds(small), preprocess=preprocess, rr=rr, out=out / "small.safetensors")


def read_sources(dataset: Path, *, beats: Path) -> tuple[Source, Source]:
    """The database of the recordings, and the second one, of which there is no synthetic stand-in.

    Raises:
        ValueError: kaggle/sets.csv is missing.
    """
    origin = json.loads(dataset.read_text())
    return (
        Source(database=origin["database"], kind=origin["kind"]),
        Source(database=second_database(beats), kind="real"),
    )


def choose_seed(run: str, *, seeds: Sequence[int], folder: Path) -> Chosen:
    """The seed with the lowest validation loss; of equal ones the first."""
    found = []
    for seed in seeds:
        trained = load_trained(trained_path(folder, run=run, seed=seed))
        (loss,) = (row["valid_loss"] for row in trained.history if row["epoch"] == trained.epoch)
        found.append(Chosen(run=run, seed=seed, trained=trained, valid_loss=loss))
    return min(found, key=lambda chosen: chosen.valid_loss)


def _stored(
    members: Sequence[Chosen], *, sources: Sequence[Source], ood: Path, leads: Sequence[str]
) -> StoredSingleBeat:
    """The model of one network, or of several. Unfamiliar beats are those of the first one."""
    detector = load_detector(ood, run=members[0].run, seed=members[0].seed)
    spec = SingleBeatSpec(
        networks=tuple(RUNS[member.run].network for member in members),
        n_classes=2,
        score=detector.name,
    )
    model = SingleBeatModel([member.trained.network for member in members], score=detector.score)
    origin = {
        "split": "inter",
        "leads": list(leads),
        "members": [
            {
                **dataclasses.asdict(source),
                "seed": member.seed,
                "epoch": member.trained.epoch,
                "valid_loss": member.valid_loss,
            }
            for member, source in zip(members, sources, strict=True)
        ],
        "ood": {"score": detector.name, "threshold": detector.threshold},
    }
    return StoredSingleBeat(spec=spec, model=model.eval(), origin=origin)

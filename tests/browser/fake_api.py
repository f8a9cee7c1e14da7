"""The pages with an API that answers as the real one does, from one made-up recording in memory.

For work on the pages without jobs, files and a database:

    python tests/browser/fake_api.py [--port 8765] [--minutes 30]
"""

import argparse
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from flask import Blueprint, Flask, Response, jsonify, request
from flask_wtf import CSRFProtect

from ecgfuse.annotate.statistics import summarise_beats
from ecgfuse.serve.measures.jumps import next_place, places_of
from ecgfuse.serve.measures.rhythm import poincare_axes, tachogram
from ecgfuse.serve.measures.summary import corrected_summary
from ecgfuse.serve.measures.waveforms import beat_waveform, median_beats
from ecgfuse.serve.pages import views
from ecgfuse.serve.pages.recording_pages import PageRecording
from ecgfuse.serve.performance import read_performance

FS = 360.0
LEADS = ["MLII", "V1"]
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
WAVES = {  # class -> centre, width in s, height in mV
    "N": [
        (-0.17, 0.025, 0.15),
        (-0.03, 0.009, -0.12),
        (0, 0.011, 1.2),
        (0.03, 0.01, -0.25),
        (0.27, 0.05, 0.3),
    ],
    "S": [
        (-0.12, 0.02, -0.08),
        (-0.03, 0.009, -0.1),
        (0, 0.011, 1.1),
        (0.03, 0.01, -0.25),
        (0.25, 0.05, 0.28),
    ],
    "V": [(-0.02, 0.035, 1.6), (0.07, 0.04, -0.5), (0.3, 0.07, -0.5)],
    "F": [(-0.14, 0.022, 0.1), (0, 0.022, 1.35), (0.06, 0.03, -0.3), (0.28, 0.06, 0.1)],
}


@dataclass(kw_only=True)
class World:
    """The recording, its beats and the corrections."""

    signal: np.ndarray
    beats: pd.DataFrame
    minutes: float
    log: list[dict[str, Any]] = field(default_factory=list)
    version: int = 0
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    recordings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def corrected(self) -> pd.DataFrame:
        """The beats with the corrections that are not undone."""
        beats = self.beats.copy()
        for one in self.log:
            if not one["undone"]:
                beats.loc[beats["sample"] == one["sample"], "class"] = one["to_class"]
        return beats


def make_world(*, minutes: float, seed: int = 7) -> World:
    """Make up a recording with beats of all classes, noise and a gap."""
    rng = np.random.default_rng(seed)
    times, names, now, previous = [], [], 0.6, "N"
    while now < 60 * minutes - 1:
        bigeminy = 300 < now < 330
        odds = [0.9, 0.04, 0.05, 0.01] if previous != "V" else [0.8, 0.02, 0.17, 0.01]
        name = str(rng.choice(list("NSVF"), p=odds))
        if bigeminy:
            name = "V" if previous == "N" else "N"
        rr = 0.82 + 0.06 * np.sin(now / 9) + 0.02 * rng.standard_normal()
        now += rr * {"N": 1.0, "S": 0.68, "V": 0.62, "F": 0.95}[name]
        now += 0.35 * (previous == "V" and name == "N") + 2.2 * (rng.random() < 0.0015)
        times.append(now)
        names.append(name)
        previous = name
    samples = np.rint(np.array(times) * FS).astype(np.int64)
    n = int(60 * minutes * FS)
    signal = np.stack([_lead(samples, names, n=n, rng=rng, scale=scale) for scale in (1.0, -0.6)])
    signal[:, int(100 * FS) : int(108 * FS)] = np.nan
    return World(signal=signal, beats=_table(samples, names, n=n, rng=rng), minutes=minutes)


def _lead(
    samples: np.ndarray, names: list[str], *, n: int, rng: np.random.Generator, scale: float
) -> np.ndarray:
    lead = 0.012 * rng.standard_normal(n) + 0.12 * np.sin(np.arange(n) / FS * 0.9) - 0.3
    offsets = np.arange(-int(0.45 * FS), int(0.55 * FS))
    for sample, name in zip(samples, names, strict=True):
        shape = sum(a * np.exp(-0.5 * ((offsets / FS - t) / w) ** 2) for t, w, a in WAVES[name])
        inside = (sample + offsets >= 0) & (sample + offsets < n)
        lead[sample + offsets[inside]] += scale * shape[inside]
    return lead


def _table(
    samples: np.ndarray, names: list[str], *, n: int, rng: np.random.Generator
) -> pd.DataFrame:
    reference = np.array(names)
    found = reference.copy()
    wrong = rng.random(len(found)) < 0.02
    found[wrong] = rng.choice(list("NSVF"), wrong.sum())
    p = np.full((len(found), 4), 0.01) + 0.03 * rng.random((len(found), 4))
    p[np.arange(len(found)), ["NSVF".index(name) for name in found]] += np.where(wrong, 0.6, 3)
    p /= p.sum(axis=1, keepdims=True)
    flags = np.full(len(found), "", dtype=object)
    flags[[0, -1]] = "edge"
    near_gap = (samples > 99 * FS) & (samples < 108.6 * FS)
    flags[near_gap] = "no signal"
    noisy = (samples > 200 * FS) & (samples < 206 * FS)
    flags[noisy] = "noise"
    found[flags != ""] = "Q"
    p[flags != ""] = np.nan
    table = pd.DataFrame({"sample": samples, "time_s": samples / FS, "class": found.astype(object)})
    for i, name in enumerate("NSVF"):
        table[f"p_{name}"] = p[:, i]
    table["flag"] = flags
    table["model_class"] = table["class"]
    table["reference"] = reference
    return table


def describe(world: World, *, recording_id: str = "made-up") -> dict[str, Any]:
    """The recording as the API describes it."""
    return {
        "id": recording_id,
        "name": "made-up 100",
        "kind": "wfdb",
        "fs": FS,
        "n_samples": world.signal.shape[1],
        "duration_s": world.signal.shape[1] / FS,
        "leads": LEADS,
        "start": "2026-03-01T08:30:00",
        "warnings": [],
        "has_reference": True,
        "bytes": 1_950_000,
        "created": "2026-11-28T08:00:00+00:00",
        "analyses": [analysis(world, recording_id=recording_id)],
    }


def analysis(world: World, *, recording_id: str = "made-up") -> dict[str, Any]:
    """An analysis, which takes four seconds for uploaded recordings."""
    made = world.recordings.get(recording_id)
    share = min(1.0, (time.monotonic() - made["at"]) / 4) if made else 1.0
    done = share >= 1
    return {
        "id": f"a-{recording_id}",
        "recording_id": recording_id,
        "model": "best",
        "lead": "MLII",
        "status": "done" if done else "running",
        "stage": None if done else "classifying",
        "progress": share,
        "eta_s": None if done else 4 * (1 - share),
        "error": None,
        "version": world.version,
        "created": "2026-11-28T08:00:00+00:00",
        "finished": None,
    }


def create_app(world: World) -> Flask:
    """The pages and the made-up API."""
    app = Flask(__name__, static_folder=None)
    app.config["SECRET_KEY"] = "only for trying out the pages"
    CSRFProtect(app)
    views.security.current_person = lambda: None
    views.find_recording = lambda one: PageRecording(id=one, name="made-up 100", kind="wfdb")
    views.register_views(app)
    app.register_blueprint(_api(world), url_prefix="/api/v1")

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response

    return app


def _api(world: World) -> Blueprint:
    api = Blueprint("api", __name__)
    _add_lists(api, world)
    _add_uploads(api, world)
    _add_signal(api, world)
    _add_numbers(api, world)
    _add_corrections(api, world)
    return api


def _add_lists(api: Blueprint, world: World) -> None:
    @api.get("/models")
    def models() -> Response:
        performance = {"dataset": "DS2", "macro_f1": 0.7356, "accuracy": 0.9564}
        common = {"classes": list("NSVFQ"), "kind": "recording", "look_ahead_s": None}
        return jsonify(
            [
                {"name": "best", "title": "Best network", "performance": performance, **common},
                {
                    "name": "causal",
                    "title": "Causal",
                    "performance": None,
                    **common,
                    "look_ahead_s": 0.8,
                },
            ]
        )

    @api.get("/performance")
    def performance() -> Response:
        return jsonify(read_performance())

    @api.get("/examples")
    def examples() -> Response:
        return jsonify(
            [{"name": "demo", "title": "Made-up recording", "duration_s": 1800, "synthetic": True}]
        )

    @api.post("/examples/<name>")
    def open_example(name: str) -> tuple[Response, int]:
        return jsonify({"recordings": [describe(world)], "problems": []}), 201

    @api.get("/recordings")
    def recordings() -> Response:
        ids = [*world.recordings, "made-up"]
        response = jsonify([describe(world, recording_id=one) for one in ids])
        response.headers["X-Pagination"] = '{"total": 1, "total_pages": 1}'
        return response

    @api.get("/recordings/<one>")
    def recording(one: str) -> Response:
        return jsonify(describe(world, recording_id=one))

    @api.delete("/recordings/<one>")
    def delete(one: str) -> tuple[str, int]:
        world.recordings.pop(one, None)
        return "", 204

    @api.get("/analyses/<one>")
    def one_analysis(one: str) -> Response:
        return jsonify(analysis(world, recording_id=one.removeprefix("a-")))

    @api.post("/recordings/<one>/analyses")
    def analyse(one: str) -> tuple[Response, int]:
        return jsonify(analysis(world, recording_id=one)), 202


def _add_uploads(api: Blueprint, world: World) -> None:
    @api.post("/uploads")
    def start() -> tuple[Response, int]:
        assert request.json is not None
        one = f"u{len(world.uploads)}"
        world.uploads[one] = {**request.json, "received": 0}
        return jsonify({"id": one, "offset": 0, "chunk_bytes": 65_536}), 201

    @api.patch("/uploads/<one>")
    def append(one: str) -> Response:
        world.uploads[one]["received"] += len(request.get_data())
        return jsonify({"offset": world.uploads[one]["received"]})

    @api.get("/uploads/<one>")
    def state(one: str) -> tuple[Response, int] | Response:
        if one not in world.uploads:
            return jsonify({"title": "Not Found", "status": 404}), 404
        return jsonify(
            {"offset": world.uploads[one]["received"], "size": world.uploads[one]["size"]}
        )

    @api.post("/recordings")
    def create() -> tuple[Response, int]:
        assert request.json is not None
        bad = [world.uploads[one]["name"] for one in request.json["uploads"]]
        problems = [
            {"file": name, "detail": "an archive; unpack it first"}
            for name in bad
            if name.endswith(".zip")
        ]
        if problems:
            return jsonify({"recordings": [], "problems": problems}), 201
        one = f"r{len(world.recordings)}"
        world.recordings[one] = {"at": time.monotonic()}
        return jsonify({"recordings": [describe(world, recording_id=one)], "problems": []}), 201


def _numbers(values: np.ndarray, digits: int = 3) -> list[float | None]:
    return [round(float(v), digits) if np.isfinite(v) else None for v in values]


def _add_signal(api: Blueprint, world: World) -> None:
    @api.get("/recordings/<one>/signal")
    def signal(one: str) -> Response:
        from_s, to_s = float(request.args["from_s"]), float(request.args["to_s"])
        points = int(request.args["points"])
        leads = request.args.get("leads", ",".join(LEADS)).split(",")
        first, end = int(from_s * FS), min(int(np.ceil(to_s * FS)), world.signal.shape[1])
        bucket = -(-(end - first) // points)
        found = []
        for lead in leads:
            values = world.signal[LEADS.index(lead), first:end]
            if end - first <= 4 * points:
                found.append(
                    {
                        "name": lead,
                        "mode": "samples",
                        "t0_s": first / FS,
                        "dt_s": 1 / FS,
                        "values": _numbers(values),
                    }
                )
                continue
            whole = values[: len(values) // bucket * bucket].reshape(-1, bucket)
            found.append(
                {
                    "name": lead, "mode": "min_max", "t0_s": first / FS, "dt_s": bucket / FS,
                    "min": _numbers(whole.min(axis=1)), "max": _numbers(whole.max(axis=1)),
                }
            )  # fmt: skip
        response = jsonify({"from_s": from_s, "to_s": to_s, "fs": FS, "leads": found})
        response.headers["Cache-Control"] = "private, max-age=60"
        return response

    @api.get("/analyses/<one>/overview")
    def overview(one: str) -> Response:
        bins = int(request.args.get("bins", 800))
        beats, n = world.corrected(), world.signal.shape[1]
        which = np.minimum((beats["sample"].to_numpy() * bins) // n, bins - 1)
        counts = {
            name: np.bincount(which[(beats["class"] == name).to_numpy()], minlength=bins).tolist()
            for name in "NSVFQ"
        }
        size = n // bins
        lead = world.signal[0, : size * bins].reshape(bins, size)
        return jsonify(
            {
                "bins": bins, "seconds_per_bin": n / FS / bins, "counts": counts,
                "min": _numbers(lead.min(axis=1)), "max": _numbers(lead.max(axis=1)),
                "heart_rate": [None] * bins, "without_signal": [[100.0, 108.0, "no signal"]],
            }
        )  # fmt: skip


def _add_numbers(api: Blueprint, world: World) -> None:
    filtered = np.nan_to_num(world.signal[0])

    @api.get("/analyses/<one>/beats")
    def beats(one: str) -> Response:
        found = world.corrected()
        inside = (found["time_s"] >= float(request.args["from_s"])) & (
            found["time_s"] < float(request.args["to_s"])
        )
        found = found[inside]
        columns = {
            name: found[name].tolist()
            for name in ("sample", "time_s", "class", "model_class", "flag", "reference")
        }
        p = {name: _numbers(found[f"p_{name}"].to_numpy()) for name in "NSVF"}
        return jsonify({"version": world.version, "beats": {**columns, "p": p}})

    @api.get("/analyses/<one>/beats/<int:sample>")
    def beat(one: str, sample: int) -> Response:
        row = world.corrected().set_index("sample").loc[sample]
        p = _numbers(row[[f"p_{name}" for name in "NSVF"]].to_numpy(dtype=float))
        wave = beat_waveform(filtered, fs=FS, place=sample)
        t = np.linspace(-0.25, 0.45, 24)
        weight = np.exp(-0.5 * ((t + 0.1) / 0.1) ** 2)
        return jsonify(
            {
                "sample": sample, "time_s": row["time_s"],
                "class": row["class"], "model_class": row["model_class"],
                "p": dict(zip("NSVF", p, strict=True)),
                "flag": row["flag"], "reference": row["reference"],
                "waveform": {"t_s": _numbers(wave.t_s, 4), "mv": _numbers(wave.mv, 4)},
                "attention": {"t_s": _numbers(t, 4), "weight": _numbers(weight / weight.sum(), 4)},
            }
        )  # fmt: skip

    @api.get("/analyses/<one>/summary")
    def summary(one: str) -> Response:
        duration_s = world.signal.shape[1] / FS
        found = summarise_beats(world.corrected(), duration_s=duration_s)
        extra = {
            "without_signal_s": {"no signal": 8.0},
            "version": "0.1.0",
            "lead": "MLII",
            **found,
        }
        return jsonify(corrected_summary(extra, beats=world.corrected(), duration_s=duration_s))

    @api.get("/analyses/<one>/rr")
    def rr(one: str) -> Response:
        found = tachogram(world.corrected())
        return jsonify(
            {
                "time_s": _numbers(found.time_s), "rr_s": _numbers(found.rr_s),
                "class": found.names.tolist(), "next_rr_s": _numbers(found.next_rr_s),
                "poincare": poincare_axes(world.corrected()),
            }
        )  # fmt: skip

    @api.get("/analyses/<one>/medians")
    def medians(one: str) -> Response:
        found = median_beats(filtered, fs=FS, beats=world.corrected(), file_fs=FS)
        return jsonify(
            {
                name: {"t_s": _numbers(w.t_s, 4), "mv": _numbers(w.mv, 4), "n": w.n}
                for name, w in found.items()
            }
        )

    @api.get("/analyses/<one>/reference")
    def reference(one: str) -> Response:
        found = world.corrected()
        table = pd.crosstab(found["reference"], found["class"]).reindex(
            index=list("NSVF"), columns=list("NSVFQ"), fill_value=0
        )
        differs = (found["reference"] != found["class"]) & (found["class"] != "Q")
        ec57 = {
            "start_s": 0, "rows": list("NSVF"), "columns": list("nsvfq"),
            "counts": table.to_numpy().tolist(),
            "scores": {
                "qrs": {"se": 0.999, "ppv": 0.998}, "sveb": {"se": 0.7, "ppv": 0.6},
                "veb": {"se": 0.94, "ppv": 0.9, "fpr": 0.004},
            },
        }  # fmt: skip
        return jsonify(
            {
                "ec57": {"standard": ec57, "whole": ec57},
                "confusion": None,
                "mismatches": found["sample"][differs].tolist(),
            }
        )

    @api.get("/analyses/<one>/next")
    def following(one: str) -> Response | tuple[Response, int]:
        found, kind = world.corrected(), request.args["class"]
        if kind == "mismatch":
            differs = (found["reference"] != found["class"]) & (found["class"] != "Q")
            samples = found["sample"][differs].to_numpy()
        else:
            samples = places_of(found, kind=kind)
        place = next_place(
            samples,
            from_sample=float(request.args["from_s"]) * FS,
            direction=int(request.args["direction"]),
        )
        if place is None:
            return jsonify({"title": "Not Found", "status": 404}), 404
        return jsonify({"time_s": place / FS, "sample": place, "kind": kind})


def _add_corrections(api: Blueprint, world: World) -> None:
    def stale() -> bool:
        return request.headers.get("If-Match", "").strip('"') != str(world.version)

    def conflict() -> tuple[Response, int]:
        return jsonify(
            {"title": "Precondition Failed", "status": 412, "version": world.version}
        ), 412

    def answer() -> tuple[Response, int]:
        world.version += 1
        return jsonify({"version": world.version}), 201

    @api.get("/analyses/<one>/corrections")
    def log(one: str) -> Response:
        return jsonify({"version": world.version, "corrections": world.log})

    @api.post("/analyses/<one>/corrections")
    def correct(one: str) -> tuple[Response, int]:
        if stale():
            return conflict()
        assert request.json is not None
        sample = request.json["sample"]
        row = world.corrected().set_index("sample").loc[sample]
        for old in world.log:
            old["superseded"] = old["superseded"] or old["undone"]
        entry = {
            "number": len(world.log) + 1,
            "sample": sample,
            "from_class": row["class"],
            "to_class": request.json["to_class"],
        }
        world.log.append({**entry, "undone": False, "superseded": False})
        return answer()

    @api.post("/analyses/<one>/corrections/undo")
    def undo(one: str) -> tuple[Response, int]:
        if stale():
            return conflict()
        next(one for one in reversed(world.log) if not one["undone"])["undone"] = True
        return answer()

    @api.post("/analyses/<one>/corrections/redo")
    def redo(one: str) -> tuple[Response, int]:
        if stale():
            return conflict()
        next(one for one in world.log if one["undone"] and not one["superseded"])["undone"] = False
        return answer()


def main() -> None:
    """Serve the pages on this machine until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--minutes", type=float, default=30)
    arguments = parser.parse_args()
    world = make_world(minutes=arguments.minutes)
    create_app(world).run(host="127.0.0.1", port=arguments.port, threaded=True)


if __name__ == "__main__":
    main()

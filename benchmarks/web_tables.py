"""Tables of the web application, from benchmarks/web.json."""

from pathlib import Path

from json_files import Json, Read

from ecgfuse.pipeline.markdown import markdown_table


def format_web(read: Read) -> str:
    """Many recordings at once, a long recording, and the first page."""
    found = read(Path("benchmarks/web.json"))
    load, day, start = found["load"], found["day"], found["start"]
    machine = found["machine"]
    parts = [
        f"Machine: {machine['processor']}, {machine['cores']} cores, Python {machine['python']}.",
        _load_table(load),
        _latency_table("requests meanwhile", load["latency_ms"]),
        _day_table(day),
        _latency_table("requests about the 24 hours", day["latency_ms"]),
        _start_table(start),
    ]
    return "\n\n".join(parts)


def _load_table(load: Json) -> str:
    by_kind = load["peak_mb_by_kind"]
    rows = [
        ["analysed", f"{load['done']} of {load['recordings']}"],
        [
            f"beats compared with `ecgfuse annotate`, in {load['recordings_compared']} recordings",
            f"{load['beats_compared']:,}, all equal",
        ],
        ["time until the first and the last is analysed",
         f"{load['seconds_until_first']:.0f} s, {load['seconds']:.0f} s"],
        ["memory of all processes before", f"{load['idle_mb']:,} MB"],
        ["at most", f"{load['peak_mb']:,} MB"],
        ["of which web workers and job workers", f"{by_kind['web']:,} and {by_kind['jobs']:,} MB"],
    ]  # fmt: skip
    return markdown_table([f"{load['recordings']} recordings of 30 minutes at once", ""], rows)


def _day_table(day: Json) -> str:
    rows = [
        ["size of the file", f"{day['megabytes']} MB"],
        ["upload", f"{day['upload_s']:.1f} s"],
        ["analysis", f"{day['analysis_s']:.0f} s"],
        ["memory of all processes at most", f"{day['peak_mb']:,} MB"],
    ]
    return markdown_table(["24 hours of two leads", ""], rows)


def _start_table(start: Json) -> str:
    rows = [
        ["from `ecgfuse serve` to the start page, empty data folder", f"{start['first_s']:.1f} s"],
        ["later starts, median (fastest)",
         f"{start['median_s']:.1f} s ({start['fastest_s']:.1f} s)"],
        *(
            [f"{name} page with its {page['files'] - 1} styles, scripts and pictures",
             f"{page['bytes'] / 1000:.0f} kB"]
            for name, page in start["pages"].items()
        ),
    ]  # fmt: skip
    return markdown_table(["first page", ""], rows)


def _latency_table(title: str, latency_ms: Json) -> str:
    rows = [
        [kind, f"{found['n']:,}", *(f"{found[key]:,.0f} ms" for key in ("p50", "p95", "max"))]
        for kind, found in latency_ms.items()
    ]
    return markdown_table([title, "number", "median", "95 %", "slowest"], rows)

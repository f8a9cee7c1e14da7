"""The README's tables of speed, from benchmarks/results.json: python benchmarks/table.py

`make bench` calls it; a test holds the README to it.
"""

import json
from pathlib import Path
from typing import Any

RESULTS = Path("benchmarks/results.json")
README = Path("README.md")
BEGIN, END = "<!-- made by benchmarks/table.py -->", "<!-- end of what it made -->"

_RUNTIMES = {
    "pytorch": "PyTorch, eager",
    "torch_compile": "torch.compile",
    "onnx_runtime": "ONNX Runtime (used)",
    "openvino": "OpenVINO, fp32",
}


def main() -> None:
    """Put the tables in the place of those that are there."""
    text = README.read_text()
    README.write_text(replace_tables(text, results=json.loads(RESULTS.read_text())))


def replace_tables(text: str, *, results: dict[str, Any]) -> str:
    """The README with the tables of these results.

    Raises:
        ValueError: the README lacks the two marks between which they stand.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{README}: the lines {BEGIN!r} and {END!r} are missing; put them back")
    return f"{before}{BEGIN}\n\n{format_tables(results)}\n\n{END}{after}"


def format_tables(results: dict[str, Any]) -> str:
    """All tables as markdown."""
    machine = results["machine"]
    parts = [
        f"Machine: {machine['processor']}, {machine['cores']} cores, "
        f"{'with' if machine['bf16'] else 'without'} bf16 arithmetic, torch {machine['torch']}, "
        f"Python {machine['python']}.",
        _training_table(results["fusions"]),
        _runtime_table(results["runtimes"]),
        _annotation_table(results["annotation"]),
        f"Preprocessing takes in {results['preprocessing_beats_per_s']:,} annotated beats per "
        "second, from files to waveforms and RR features. The scores, 1,000 draws and pictures of "
        f"one model take {results['evaluation_s']:.0f} s, a `dvc repro` with nothing to do "
        f"{results['dvc_repro_nothing_to_do_s']:.1f} s.",
    ]
    return "\n\n".join(parts)


def _training_table(fusions: dict[str, Any]) -> str:
    rows = [
        [
            name,
            f"{found['plain_training_beats_per_s']:,}",
            f"{found['training_beats_per_s']:,}",
            f"{found['training_ratio']:.2f}",
            f"{found['training_peak_memory_mb']:,} MB",
        ]
        for name, found in fusions.items()
    ]
    head = ["training, beats/s", "plain loop", "here", "ratio", "peak memory, all processes"]
    return _table(head, rows)


def _runtime_table(runtimes: dict[str, Any]) -> str:
    head = ["one network, beats/s (ratio)"]
    for key in runtimes:
        threads, _, _, batch = key.split("_")
        head.append(f"{'one core' if threads == '1' else 'two cores'}, batch {int(batch):,}")
    rows = [
        [title]
        + [
            f"{found[name]['beats_per_s']:,} ({found[name]['ratio']:.2f})"
            for found in runtimes.values()
        ]
        for name, title in _RUNTIMES.items()
    ]
    return _table(head, rows)


def _annotation_table(annotation: dict[str, Any]) -> str:
    half, day = annotation["half_hour"], annotation["day"]
    rows = [
        ["30 minutes, two leads, from file to files", f"{half['seconds']:.2f} s", "2 s"],
        *(
            [
                f"the same with {found['what']}",
                f"{found['seconds']:.2f} s ({found['ratio']:.1f} times)",
                "",
            ]
            for found in half["baselines"].values()
        ),
        ["24 hours, two leads, from file to files", f"{day['seconds']:.0f} s", "60 s"],
        ["its peak memory", f"{day['peak_memory_mb']:,} MB", "1,000 MB"],
        ["loading, once a call", f"{half['loading_s']:.1f} s", ""],
        ["the network on a single beat", f"{annotation['one_beat_ms']:.2f} ms", "2 ms"],
        ["`ecgfuse --help`", f"{annotation['help_s']:.2f} s", "0.5 s"],
    ]
    return _table(["annotating", "takes", "mark"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()

"""Tables of speed, from benchmarks/*.json."""

from pathlib import Path

from json_files import Json, Read

from ecgfuse.pipeline.markdown import markdown_table

_RUNTIMES = {
    "pytorch": "PyTorch, eager",
    "torch_compile": "torch.compile",
    "onnx_runtime": "ONNX Runtime (used)",
    "openvino": "OpenVINO, fp32",
}
_OBJECTIVES = {
    "mae_moco": "MAE-MoCo",
    "mae_nextclip": "MAE-Nextclip",
    "w2v_cmsc_rlm": "W2V+CMSC+RLM",
}


def format_speed(read: Read) -> str:
    """Training, inference and annotation."""
    results = read(Path("benchmarks/results.json"))
    machine = results["machine"]
    parts = [
        f"Machine: {machine['processor']}, {machine['cores']} cores, "
        f"{'with' if machine['bf16'] else 'without'} bf16 arithmetic, torch {machine['torch']}, "
        f"Python {machine['python']}.",
        _training_table(results["fusions"]),
        _runtime_table(results["runtimes"]),
        _annotation_table(results["annotation"]),
        f"Preprocessing handles {results['preprocessing_beats_per_s']:,} annotated beats per "
        "second, from files to waveforms and RR features. Scoring one model with 1,000 bootstrap "
        f"draws and all plots takes {results['evaluation_s']:.0f} s, a `dvc repro` with nothing to "
        f"do {results['dvc_repro_nothing_to_do_s']:.1f} s.",
    ]
    return "\n\n".join(parts)


def _training_table(fusions: Json) -> str:
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
    head = ["training, beats/s", "plain loop", "ecgfuse", "ratio", "peak memory, all processes"]
    return markdown_table(head, rows)


def _runtime_table(runtimes: Json) -> str:
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
    return markdown_table(head, rows)


def _annotation_table(annotation: Json) -> str:
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
        ["loading, once per call", f"{half['loading_s']:.1f} s", ""],
        ["the network on a single beat", f"{annotation['one_beat_ms']:.2f} ms", "2 ms"],
        ["`ecgfuse --help`", f"{annotation['help_s']:.2f} s", "0.5 s"],
    ]
    return markdown_table(["annotating", "takes", "target"], rows)


def format_pretraining(read: Read) -> str:
    """Windows per second of pretraining."""
    results = read(Path("benchmarks/pretraining.json"))
    places = {"small_on_cpu": "small networks, one core", "paper_on_cuda": results["gpu"]}
    measured = {key: title for key, title in places.items() if key in results}
    head = ["windows/s"]
    for title in measured.values():
        head += [f"{title}, fp32", "bf16"]
    rows = [
        [title] + [f"{results[key][name][p]:,.0f}" for key in measured for p in ("fp32", "bf16")]
        for name, title in _OBJECTIVES.items()
    ]
    table = markdown_table(head, rows)
    if "paper_on_cuda" in results:
        return table
    return f"{table}\n\nNo GPU was available, so the published sizes were not measured."


def format_reruns(read: Read) -> str:
    """How many stages an edited line reruns."""
    found = read(Path("benchmarks/reruns.json"))
    return (
        f"Editing a line of the package reruns {found['mean_reruns_of_a_line']:.1f} of "
        f"{found['stages']} stages on average; {found['share_that_reruns_none']:.0%} of the lines "
        "rerun none."
    ).replace("%", " %")

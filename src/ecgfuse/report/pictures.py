"""Pictures as part of the page."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecgfuse.report.captions import PICTURES

_MEDIA = {".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg"}


def embed(pictures: Mapping[str, Mapping[str, Path]]) -> list[dict[str, Any]]:
    """Pictures by kind, each as a data URI, with heading and caption; known kinds first.

    Args:
        pictures: fusion -> kind of picture -> its file.

    Raises:
        ValueError: as `data_uri`.
    """
    kinds = dict.fromkeys([*PICTURES, *(name for found in pictures.values() for name in found)])
    embedded = []
    for kind in kinds:
        shown = {f: data_uri(found[kind]) for f, found in pictures.items() if kind in found}
        heading, caption = PICTURES.get(kind, (kind.replace("_", " ").capitalize(), ""))
        if shown:
            embedded.append({"kind": kind, "heading": heading, "caption": caption, "shown": shown})
    return embedded


def data_uri(path: Path) -> str:
    """A picture as the text that a page shows it by.

    Raises:
        ValueError: no PNG, SVG or JPEG, or no such file.
    """
    media = _MEDIA.get(path.suffix.lower())
    if media is None:
        raise ValueError(f"picture {path} is none of {', '.join(_MEDIA)}; save it as .png")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ValueError(
            f"picture {path}: no such file; run 'dvc repro' to draw it, or 'dvc checkout'"
        ) from None
    return f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"

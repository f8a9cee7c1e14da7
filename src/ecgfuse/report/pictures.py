"""Pictures as part of the page, in fewer colours than their files: the page is in git."""

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from ecgfuse.report.captions import PICTURES

_COLOURS = 64
"""Of a PNG on the page. Drawings have few and no gradients, so this is not seen; it takes 0.28 of
the bytes."""
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
        ValueError: no PNG, SVG or JPEG, no such file, or a PNG that is damaged.
    """
    media = _MEDIA.get(path.suffix.lower())
    if media is None:
        raise ValueError(f"picture {path} is none of {', '.join(_MEDIA)}; save it as .png")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ValueError(
            f"picture {path}: no such file; run the pipeline or the study that draws it"
        ) from None
    if media == "image/png":
        content = _with_fewer_colours(content, path=path)
    return f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"


def _with_fewer_colours(content: bytes, *, path: Path) -> bytes:
    """The same PNG with a palette, where that is smaller."""
    try:
        picture = Image.open(io.BytesIO(content)).convert("RGB")
    except OSError:  # among them that it is none, or cut off
        raise ValueError(
            f"picture {path}: not a PNG, or damaged; run the pipeline or the study that "
            "draws it again"
        ) from None
    reduced = io.BytesIO()
    picture.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        reduced, "PNG", optimize=True
    )
    return min(content, reduced.getvalue(), key=len)

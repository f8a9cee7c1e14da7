"""Figures as part of the page, in fewer colours than their files: the page is in git."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ecgfuse.report.captions import CAPTIONS

_COLOURS = 64
"""Of a PNG on the page. Plots have few colours and no gradients, so the loss is not visible; they
take 0.28 of the bytes."""
_MEDIA = {".png": "image/png", ".svg": "image/svg+xml", ".jpg": "image/jpeg"}


@dataclass(frozen=True, kw_only=True)
class FigureGroup:
    """The figures of one kind."""

    kind: str
    heading: str
    caption: str
    uris: Mapping[str, str]
    """Fusion -> data URI."""


def embed(figures: Mapping[str, Mapping[str, Path]]) -> list[FigureGroup]:
    """Figures by kind, known kinds first.

    Args:
        figures: fusion -> kind of figure -> its file.

    Raises:
        ValueError: as `data_uri`.
    """
    kinds = dict.fromkeys([*CAPTIONS, *(name for found in figures.values() for name in found)])
    groups = []
    for kind in kinds:
        uris = {f: data_uri(found[kind]) for f, found in figures.items() if kind in found}
        heading, caption = CAPTIONS.get(kind, (kind.replace("_", " ").capitalize(), ""))
        if uris:
            groups.append(FigureGroup(kind=kind, heading=heading, caption=caption, uris=uris))
    return groups


def data_uri(path: Path) -> str:
    """A figure as the URI that embeds it in a page.

    Raises:
        ValueError: not a PNG, SVG or JPEG, no such file, or a damaged PNG.
    """
    media = _MEDIA.get(path.suffix.lower())
    if media is None:
        raise ValueError(f"figure {path} is none of {', '.join(_MEDIA)}; save it as .png")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ValueError(
            f"figure {path}: no such file; run the pipeline or the study that draws it"
        ) from None
    if media == "image/png":
        content = _with_fewer_colours(content, path=path)
    return f"data:{media};base64,{base64.b64encode(content).decode('ascii')}"


def _with_fewer_colours(content: bytes, *, path: Path) -> bytes:
    """The same PNG with a palette, where that is smaller."""
    try:
        image = Image.open(io.BytesIO(content)).convert("RGB")
    except OSError:  # not a PNG, or truncated
        raise ValueError(
            f"figure {path}: not a PNG, or damaged; run the pipeline or the study that draws it "
            "again"
        ) from None
    reduced = io.BytesIO()
    image.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        reduced, "PNG", optimize=True
    )
    return min(content, reduced.getvalue(), key=len)

"""A picture as SVG, without scripts and links, in its real size."""

from xml.sax.saxutils import escape

from ecgfuse.serve.exports.picture import Curve, Grid, Picture, Words

_FONT = "Helvetica, Arial, sans-serif"


def to_svg(picture: Picture) -> bytes:
    """The picture as an SVG file; one unit is a millimetre."""
    width, height = f"{picture.width:.2f}", f"{picture.height:.2f}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}" role="img">',
        f"<title>{_text(picture.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(_draw(thing) for thing in picture.things),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _draw(thing: Grid | Curve | Words) -> str:
    if isinstance(thing, Grid):
        xs, ys = thing.places()
        path = "".join(f"M{x:.2f} {thing.y:.2f}v{thing.height:.2f}" for x in xs.tolist())
        path += "".join(f"M{thing.x:.2f} {y:.2f}h{thing.width:.2f}" for y in ys.tolist())
        return f'<path d="{path}" fill="none" stroke="{thing.colour}" stroke-width="{thing.line}"/>'
    if isinstance(thing, Curve):
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in thing.points.tolist())
        return (
            f'<polyline points="{points}" fill="none" stroke="{thing.colour}" '
            f'stroke-width="{thing.line}" stroke-linejoin="round"/>'
        )
    weight = ' font-weight="bold"' if thing.is_bold else ""
    return (
        f'<text x="{thing.x:.2f}" y="{thing.y:.2f}" font-family="{_FONT}" '
        f'font-size="{thing.size * 1.4:.2f}" fill="{thing.colour}" '
        f'text-anchor="{thing.anchor}"{weight}>{_text(thing.text)}</text>'
    )


def _text(text: str) -> str:
    """Text without the characters that XML does not allow."""
    return escape("".join(c if c.isprintable() else " " for c in text))

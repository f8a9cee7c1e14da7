"""A picture as PNG, by Pillow, which needs less than a library for plots."""

from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from ecgfuse.serve.exports.picture import Curve, Grid, Picture, Words

PX_PER_MM = 6
"""152 dots per inch."""

_FINER = 2
"""It is drawn so much larger and then reduced, so that lines are smooth."""
_MOST_PIXELS = 24_000_000
"""A larger sheet is drawn in its own size at once, as memory and time count more."""
_MM_PER_INCH = 25.4
_COMPRESSION = 3
"""Of zlib: more takes many times as long for little."""
_FONTS = (
    *("NotoSansCJK-Regular.ttc", "NotoSansKR-Regular.otf", "NanumGothic.ttf", "malgun.ttf"),
    *("AppleSDGothicNeo.ttc", "DejaVuSans.ttf"),
)
"""Fonts of common systems with more letters than that of Pillow, such as Hangul."""
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def to_png(picture: Picture) -> bytes:
    """The picture as a PNG file that knows its real size."""
    finer = _FINER if _pixels(picture, scale=PX_PER_MM * _FINER) <= _MOST_PIXELS else 1
    scale = PX_PER_MM * finer
    size = (round(picture.width * scale), round(picture.height * scale))
    image = Image.new("RGB", size, "#ffffff")
    pen = ImageDraw.Draw(image)
    for thing in picture.things:
        _draw(pen, thing, scale=scale)
    small = image.reduce(finer) if finer > 1 else image
    file = BytesIO()
    dpi = PX_PER_MM * _MM_PER_INCH
    small.save(file, "PNG", dpi=(dpi, dpi), compress_level=_COMPRESSION)
    return file.getvalue()


def _pixels(picture: Picture, *, scale: float) -> float:
    return picture.width * picture.height * scale**2


def _draw(pen: ImageDraw.ImageDraw, thing: Grid | Curve | Words, *, scale: int) -> None:
    if isinstance(thing, Words):
        font = _font(thing.text, size=thing.size * 1.4 * scale)
        place = (thing.x * scale, thing.y * scale)
        stroke = round(scale * 0.05) if thing.is_bold else 0
        pen.text(place, thing.text, thing.colour, font, _ANCHORS[thing.anchor], stroke_width=stroke)
        return
    width = max(1, round(thing.line * scale))
    if isinstance(thing, Curve):
        points = [(x * scale, y * scale) for x, y in thing.points.tolist()]
        if len(points) > 1:
            pen.line(points, fill=thing.colour, width=width, joint="curve")
        return
    xs, ys = thing.places()
    left, right = thing.x * scale, (thing.x + thing.width) * scale
    top, bottom = thing.y * scale, (thing.y + thing.height) * scale
    for x in (xs * scale).tolist():
        pen.line([(x, top), (x, bottom)], fill=thing.colour, width=width)
    for y in (ys * scale).tolist():
        pen.line([(left, y), (right, y)], fill=thing.colour, width=width)


def _font(text: str, *, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font of Pillow, or one of the system for letters that it lacks."""
    if not text.isascii():
        for name in _FONTS:
            with suppress(OSError):  # it is not installed
                return ImageFont.truetype(name, size)
    return ImageFont.load_default(size=size)

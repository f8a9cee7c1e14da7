"""The template of the page, and its filters for numbers and values."""

import math
from collections.abc import Mapping
from functools import cache

from jinja2 import Template

from ecgfuse.pipeline.templates import template_environment
from ecgfuse.report.rows import capitalised, title_of


@cache  # compiling it takes longer than rendering a page
def load_template() -> Template:
    """page.html.j2, which includes style.css.j2 and studies.html.j2."""
    environment = template_environment("report")
    environment.filters["number"] = _number
    environment.filters["plain"] = _describe
    environment.filters["network_name"] = title_of
    environment.filters["network"] = _network
    return environment.get_template("page.html.j2")


def _network(name: str) -> str:
    """Title of a compared network with a capital first letter."""
    return capitalised(title_of(name))


def _number(value: float | None, *, scale: float = 1.0, digits: int = 1) -> str:
    """Fixed decimals, halves rounded up as in the published tables; a dash for None and NaN."""
    if value is None or math.isnan(value):
        return "\N{EN DASH}"
    return f"{scale * value + 1e-9:.{digits}f}"


def _describe(value: object) -> str:
    """A value of a results file in words: 49,685, or N 44,238, S 1,837."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_describe(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)

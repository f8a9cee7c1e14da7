"""How templates of pages are read."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def template_environment(package: str) -> Environment:
    """The templates of a package of ecgfuse: text is escaped, and a missing name is an error.

    Args:
        package: its name within ecgfuse, such as report.
    """
    return Environment(
        loader=PackageLoader("ecgfuse", package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

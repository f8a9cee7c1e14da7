"""Load Jinja templates."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def template_environment(package: str) -> Environment:
    """Environment for the templates of a subpackage: escapes text, rejects undefined names.

    Args:
        package: name of the subpackage of ecgfuse, such as report.
    """
    return Environment(
        loader=PackageLoader("ecgfuse", package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

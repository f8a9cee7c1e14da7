"""What the tables are made of: the JSON files of results and measurements."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]
Read = Callable[[Path], Json]
"""Path relative to the repository -> content of the JSON file."""

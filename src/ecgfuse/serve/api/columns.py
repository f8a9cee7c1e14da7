"""Long columns of numbers or names in responses: whole arrays, without a step per value."""

from typing import Any, Literal

import numpy as np
from marshmallow import fields

Kind = Literal["number", "integer", "string"]


class Column(fields.Field[list[Any]]):
    """An array as a JSON array; numbers that are not finite become null.

    Args:
        kind: type of the values.
        digits: numbers are rounded to so many digits after the point.
        nullable: whether values may be null.
        description: for the OpenAPI document.
        optional: whether the whole column may be null.
        data_key: name in JSON, if it is another one.
        required: whether the column is always there.
    """

    def __init__(
        self,
        kind: Kind = "number",
        *,
        digits: int = 6,
        nullable: bool = False,
        description: str = "",
        optional: bool = False,
        data_key: str | None = None,
        required: bool = True,
    ) -> None:
        items: dict[str, Any] = {"type": [kind, "null"] if nullable else kind}
        metadata = {"type": ["array", "null"] if optional else "array", "items": items}
        if description:
            metadata["description"] = description
        super().__init__(
            required=required, allow_none=optional, metadata=metadata, data_key=data_key
        )
        self.kind, self.digits = kind, digits

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None:
            return None
        return as_list(value, digits=self.digits if self.kind == "number" else None)


def as_list(values: Any, *, digits: int | None = 6) -> list[Any]:
    """Values as a list for JSON; numbers that are not finite become None.

    Args:
        values: (n,) array or list.
        digits: of numbers with a fraction; None leaves all values as they are.
    """
    array = np.asarray(values)
    if digits is None or array.dtype.kind not in "f":
        return list(array.tolist())
    rounded = np.round(array.astype(np.float64), digits)
    plain = list(rounded.tolist())
    for place in np.flatnonzero(~np.isfinite(rounded)).tolist():
        plain[place] = None
    return plain

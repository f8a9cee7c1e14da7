"""Messages of the queue as JSON; huey would pickle them, which runs code of whoever can write."""

import json
from typing import Any

from huey.registry import Message
from huey.serializer import Serializer

_USED = ("id", "name", "retries", "args", "kwargs")
"""Fields of a message; the others are for features that are not used."""


class JsonSerializer(Serializer):
    """Reads and writes messages with arguments of plain values."""

    def _serialize(self, data: Message) -> bytes:
        content = {name: getattr(data, name) for name in _USED}
        return json.dumps(content).encode()

    def _deserialize(self, data: bytes) -> Message:
        content: dict[str, Any] = json.loads(bytes(data))
        fields = {name: content[name] for name in _USED}
        return Message(**{**fields, "args": tuple(fields["args"])})

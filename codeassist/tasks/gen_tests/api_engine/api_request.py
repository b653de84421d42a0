"""One request of a generated test, and simple values of each JSON type. Runs inside the sandbox beside `probe`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

SAMPLES = {"integer": 1, "number": 1.5, "boolean": True, "string": "example", "array": [], "object": {}, "null": None}
FORMATS = {
    "date": "2024-01-31",
    "date-time": "2024-01-31T12:00:00Z",
    "uuid": "12345678-1234-5678-1234-567812345678",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "time": "12:00:00",
    "ipv4": "192.0.2.1",
}
WRONG = {"integer": "not-a-number", "number": "not-a-number", "boolean": "maybe", "array": "x", "object": "x", "string": [1]}


@dataclass(frozen=True)
class ApiRequest:
    """A request. `template` is its path with placeholders; `documented` are the statuses in the API description.

    `fields` are those of an HTML form, which are sent in place of a JSON body.
    """

    name: str
    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    fields: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    template: str = ""
    documented: list[str] = field(default_factory=list)

    def case(self, special: str = "", **changes: Any) -> dict[str, Any]:
        """The case for this request with some fields changed; `special` names the difference."""
        request = replace(self, **changes)
        return {**vars(request), "special": special, "template": request.template or request.path}

"""Documents that give the old value of a default, a constant or an option."""

from __future__ import annotations

import pytest

BUFFER = "class Buffer:\n    def __init__(self, limit: int = 500, *, strict=False):\n        self.limit, self.strict = limit, strict\n"


def stale(result):
    return [(f.start, f.message, [str(p) for p in f.evidence]) for f in result.every if f.rule == "stale-document"]


CODE = {
    "a parameter": (
        "m.py",
        BUFFER,
        "limit: int = 500",
        "limit: int = 50",
        "## Buffer\n\n- `limit`: chunks. Defaults to `500`.\n",
    ),
    "a field of a class": (
        "m.py",
        "class Buffer:\n    limit: int = 500\n",
        "= 500",
        "= 50",
        "# Buffer\n\n`limit` (default: 500)\n",
    ),
    "a constant": ("m.py", "MAX_SIZE = 500\n", "500", "50", "At most `MAX_SIZE` = 500 bytes are read.\n"),
    "an option": (
        "m.py",
        'parser.add_argument(\n    "-l",\n    "--limit",\n    default=500,\n)\n',
        "=500",
        "=50",
        "Use `--limit N`\nto keep fewer (default 500).\n",
    ),
    "a table": ("m.py", BUFFER, "= 500", "= 50", "## Buffer\n\n| name | default |\n|---|---|\n| `limit` | `500` |\n"),
    "a text": (
        "m.py",
        'class Reader:\n    def read(self, encoding="latin1"):\n        return encoding\n',
        "latin1",
        "utf-8",
        "`Reader.read(encoding)`: by default\n\n* `encoding` - the default is 'latin1'\n",
    ),
    "a heading": ("m.py", BUFFER, "= 500", "= 50", "# Buffer\n\n### `limit`\n\n**Type: `int`**\n\n**Default: `500`**\n"),
    "a directive, and grouped digits": (
        "m.py",
        'class Config:\n    defaults = {\n        "MAX_MEMORY": 500000,\n    }\n',
        "500000",
        "5",
        ".. data:: MAX_MEMORY\n\n   The most bytes.\n\n   Default: ``500_000``\n\n.. data:: OTHER\n",
    ),
    "a block of code": (
        "m.js",
        "const options = {\n  retry: {\n    limit: 2,\n  },\n};\n",
        "2",
        "4",
        "### `retry`\n\n**Default:**\n\n```js\n{\n\tlimit: 2,\n}\n```\n",
    ),
    "TypeScript": (
        "m.ts",
        "export class Client {\n  constructor(private retries = 3) {}\n}\n",
        "retries = 3",
        "retries = 5",
        "### Client\n\nretries: how often, 3 by default\n",
    ),
}


@pytest.mark.parametrize("case", CODE)
def test_the_old_value_in_a_document_is_found(findings, case):
    path, before, old, new, document = CODE[case]
    result = findings({path: before, "docs/guide.md": document}, {path: before.replace(old, new)})
    [(line, message, evidence)] = stale(result)
    assert before.split("\n")[line - 1] != before.replace(old, new).split("\n")[line - 1]
    assert message.startswith(evidence[0])
    assert evidence[0].startswith("docs/guide.md:")


QUIET = {
    "the new value is given, too": "## Buffer\n\n- `limit`: Defaults to `500`, since 2.0 to `50`.\n",
    "it is about something else": "## Queue\n\n- `limit`: chunks. Defaults to `500`.\n",
    "the value is no default": "## Buffer\n\n- `limit`: `Buffer(limit)` of 500 for large files.\n",
    "it is an example": "## Buffer\n\n```yaml\nlimit: 500\n```\n",
    "it is in another section": "## Buffer\n\n### `limit`\n\nHow many.\n\n### `size`\n\nDefault: `500`\n",
    "a longer number": "## Buffer\n\n- `limit`: Defaults to `5000`.\n",
    "a longer name": "## Buffer\n\n- `max-limit`: Defaults to `500`.\n",
    "a table without defaults": "## Buffer\n\n| name | example |\n|---|---|\n| `limit` | `500` |\n",
}


@pytest.mark.parametrize("document", QUIET.values(), ids=QUIET.keys())
def test_other_mentions_are_no_findings(findings, document):
    result = findings({"m.py": BUFFER, "README.md": document}, {"m.py": BUFFER.replace("= 500", "= 50")})
    assert stale(result) == []


def test_change_logs_keep_the_old_value(findings):
    log = "## 1.0\n\n- `Buffer(limit)`: `limit` defaults to 500.\n"
    assert stale(findings({"m.py": BUFFER, "CHANGELOG.md": log}, {"m.py": BUFFER.replace("= 500", "= 50")})) == []


def test_a_line_that_only_moved_is_no_change(findings):
    document = "## Buffer\n\n- `limit`: Defaults to `500`.\n"
    assert stale(findings({"m.py": BUFFER, "README.md": document}, {"m.py": "import os\n\n" + BUFFER})) == []


def test_a_value_that_something_else_decides_now_may_still_be_right(findings):
    document = "## Buffer\n\n- `limit`: Defaults to `500`.\n"
    assert stale(findings({"m.py": BUFFER, "README.md": document}, {"m.py": BUFFER.replace("int = 500", "int = None")})) == []

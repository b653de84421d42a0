"""The repository that benchmarks/hostile_input.py spoils, and what a case is: how it is spoiled, and the words of one command."""

from __future__ import annotations

from dataclasses import dataclass, field

FILES = {
    "README.md": "# Shop\n\nPayments go through the gateway; see `charge`.\n",
    "shop/__init__.py": "",
    "shop/auth.py": "import hashlib\n\n\ndef hash_password(password, salt):\n"
    '    """Hash a password with its salt."""\n    return hashlib.sha256((salt + password).encode()).hexdigest()\n',
    "shop/pay.py": "from shop.auth import hash_password\n\n\ndef charge(account, cents):\n"
    '    """Charge an account."""\n    if cents < 0:\n        raise ValueError(cents)\n    return f"{account}-{cents}-{hash_password(account, \'s\')}"\n',
    "web/page.js": "export function render(name, user) {\n  return `<h1>${name} of ${user}</h1>`;\n}\n",
    "tests/test_pay.py": "from shop.pay import charge\n\n\ndef test_charge():\n    assert charge('a', 1)\n",
    "prompts/ask.prompty": "---\nname: ask\nversion: 9.0.0\ndescription: Answers.\ninputs:\n  question:\n    type: string\n"
    "  context:\n    type: array\nsample:\n  question: How?\n  context: []\ntemplate: jinja2\n---\nsystem:\nAnswer.\nuser:\n"
    "{{ question }}{% for c in context %}{{ c }}{% endfor %}\n",
    "prompts/ask.cases.yaml": "cases:\n- name: one\n  inputs: {question: How?, context: []}\n  response: So.\n  expect:\n  - contains: So\n",
    ".codeassist-baseline.json": '{"schema": "codeassist.review-baseline/1", "findings": []}\n',
    "coverage.json": '{"files": {"shop/pay.py": {"missing_lines": [6]}}}\n',
    "coverage.xml": '<coverage><class filename="shop/pay.py"><line number="6" hits="0"/></class></coverage>\n',
    "lcov.info": "SF:shop/pay.py\nDA:6,0\nend_of_record\n",
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n\n[tool.ruff]\nline-length = 100\n',
}
CHANGE = {"shop/pay.py": FILES["shop/pay.py"].replace("(account, cents)", "(account, cents, fee)")}
DIFF = "--- a/shop/auth.py\n+++ b/shop/auth.py\n@@ -1,2 +1,3 @@\n import hashlib\n+import os\n \n"
CONFIG = '[index]\nexclude = ["x"]\n\n[search]\nresults = 3\n\n[ask]\nthreshold = 0.4\n\n[model]\nname = "none"\n'


@dataclass
class Case:
    """One run: what is written before it, its words, and the conditions it runs under."""

    kind: str
    words: list[str]
    files: dict[str, bytes | None] = field(default_factory=dict)
    home: dict[str, bytes] = field(default_factory=dict)
    environment: dict[str, str | None] = field(default_factory=dict)
    condition: str = ""
    stdin: bytes = b""

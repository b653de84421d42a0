"""Hostile input: command lines, configurations, files and systems that must end in one sentence and an exit code, never a traceback.

    python benchmarks/hostile_input.py [--cases 2000] [--seed 1] [--only KIND...] [--processes 0.05] [--case N] [--json FILE]

Each case makes a fresh copy of a small indexed repository with an uncommitted change, spoils it in one way, and runs one command. The kinds
are the functions of `KINDS`. Case N of a seed is always the same; `--case N` runs it alone and prints all of its output. Most cases run
in a forked child of this process, which has the program's modules loaded already; the share `--processes` runs as new processes.
Needs `fork` (Linux, macOS). Some kinds are left out where the system lacks what they need, which is said.

Reported, each with its number and command: a traceback, an exit code outside of 0 to 4 and 128 + a signal, a run over `--seconds`. The
program exits with 1 when there is any.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ALLOWED = {0, 1, 2, 3, 4, 130, 143}
SECONDS = 60.0
FAULTS = ("Traceback (most recent call last)", "Exception ignored", "Fatal Python error")

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

SCALARS = (
    "", " ", "\t", "x", "-", "--", "-1", "0", "1", "00", "1e999", "nan", "inf", "-inf", "9" * 25, "9" * 5_000, "0x10", "1_000", "true", "None", "null",
    "..", ".", "~", "~nouser", "~nouser/x", "a\nb", "a\rb", "\x1b[31m", "\x07", "é", "漢字", "\U0001f600", "\U000f0001", "\u202eabc", "\ufeff", "\u0085",
    "\ud800", "\udcff", "*", "[", "[[", "(", "%s", "{}", "{{x}}", "$HOME", "`x`", "'", '"', "\\", "shop", "shop/pay.py", "shop/pay.py:3", "nowhere.py",
    "README.md", "charge", "C:\\x", "//", "a" * 300, "a" * 5_000, "a/" * 200, "[" * 5_000, "@", "x@", "@1.0.0", "x@999999999.0.0", "x:y", ":", "::", "shop/pay.py::",
    "openai:", "local:", "local:~nouser", "none", "static:", "static:~nouser", "static:nowhere", "cross-encoder/", "HEAD", "HEAD~99", "-HEAD", "..HEAD", "HEAD..", "a..b", "a...b", "HEAD^{/x}", "0" * 40,
)  # fmt: skip
"""Values that have broken programs: empty, huge, malformed, of another kind, with control characters and lone surrogates."""

SLOW = {"--watch", "--wait", "--prove", "--force"}
"""Options that the generator leaves out: they wait by design, or widen what is read to the whole machine."""


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


def texts(chance: random.Random) -> str:
    """A hostile value for an argument or a setting."""
    if chance.random() < 0.75:
        return chance.choice(SCALARS)
    pool = "abz019 -_/.:~*[]{}()<>|&;\"'\\\n\t\r\x00\x1b\x7f\x9bé漢\u202e\ufeff\U0001f600"
    return "".join(chance.choices(pool, k=chance.randint(1, 30)))


def spoiled(chance: random.Random, text: str) -> bytes:
    """A text file that was damaged: cut, repeated, nested, re-encoded, with foreign bytes."""
    raw = text.encode("utf-8", "surrogatepass")
    position = chance.randint(0, len(raw))
    way = chance.randint(0, 15)
    if way == 0:
        return raw[:position]
    if way == 1:
        return b"\xef\xbb\xbf" + raw
    if way == 2:
        return text.encode("utf-16", "surrogatepass")
    if way == 3:
        return raw[:position] + bytes(chance.randbytes(chance.randint(1, 8))) + raw[position:]
    if way == 4:
        return raw[:position] + b"\x00" + raw[position:]
    if way == 5:
        return raw + raw
    if way == 6:
        return b""
    if way == 7:
        return chance.randbytes(chance.randint(1, 400))
    if way == 8:
        return chance.choice((b"[", b"{", b"(", b'{"a":', b"- ", b"x = [", b"? ", b"&a [*a, ", b"<a>")) * 5_000
    if way == 9:
        return raw.replace(b"\n", b"\r")
    if way == 10:
        return raw.replace(b"\n", b"\r\n")
    if way == 11:
        return raw[:position] + chance.choice(SCALARS).encode("utf-8", "surrogatepass") + raw[position:]
    if way == 12:
        return text.encode("utf-32")
    if way == 13 and raw:
        flipped = bytearray(raw)
        for _ in range(chance.randint(1, 5)):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randint(0, 7)
        return bytes(flipped)
    if way == 14:
        lines = text.split("\n")
        chance.shuffle(lines)
        return "\n".join(lines).encode("utf-8", "surrogatepass")
    return "\n".join(chance.choices(text.split("\n"), k=chance.randint(1, 30))).encode("utf-8", "surrogatepass")


def json_value(chance: random.Random, depth: int = 0) -> Any:
    """A JSON value of a random shape."""
    pick = chance.randint(0, 9 if depth < 3 else 6)
    if pick == 7:
        return [json_value(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    if pick >= 8:
        keys = (
            "schema",
            "findings",
            "files",
            "prompts",
            "name",
            "fingerprint",
            "path",
            "version",
            "content",
            "missing_lines",
            "x",
        )
        return {chance.choice(keys): json_value(chance, depth + 1) for _ in range(chance.randint(0, 4))}
    return (None, True, chance.randint(-5, 5), 10**40, float("nan"), texts(chance).encode("utf-8", "replace").decode(), [])[
        pick
    ]


def toml_value(chance: random.Random) -> str:
    """A value as TOML source: of any type, sound or not."""
    quoted = json.dumps(texts(chance).encode("utf-8", "replace").decode())
    return chance.choice(
        (quoted, quoted, quoted, '"\\u0000"', '"~nouser/x"', "nan", "-inf", "1e400", "9" * 30, "-1", "0", "1.5", "true", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z",
         "[]", "{}", "[[]]", "[1, 'a']", '["\\u0000"]', '["["]', "{a = {b = {c = 1}}}", "[" * 5_000 + "]" * 5_000, "{a=" * 900 + "1" + "}" * 900, "'''x\ny'''", '"\\ud800"', "0xff", "1_000", "")
    )  # fmt: skip


def configuration(chance: random.Random) -> bytes:
    """The text of a configuration file."""
    from codeassist.config import DESCRIPTIONS

    if chance.random() < 0.25:
        return spoiled(chance, CONFIG)
    lines = []
    for _ in range(chance.randint(1, 3)):
        section, _, name = chance.choice(list(DESCRIPTIONS)).rpartition(".")
        value = toml_value(chance)
        form = chance.randint(0, 9)
        if form == 0:
            lines.append(f"{section} = {value}")
        elif form == 1:
            lines.append(f"{section}.{name} = {value}")
        elif form == 2:
            lines.append(f"[[{section}]]\n{name} = {value}")
        elif form == 3:
            lines.append(f"[{section}.{name}]\nx = {value}")
        elif form == 4:
            odd = (f"{name}s", "x", '""', '"a.b"', '"\\u0000"')
            lines.append(f"[{section}]\n{chance.choice(odd)} = {value}")
        elif form == 5:
            odd = ("tasks", "tasks.x", "x", '""', "a.b.c", "refused", "[review.instructions]")
            lines.append(f"[{chance.choice(odd)}]\n{name} = {value}")
        else:
            lines.append(f"[{section}]\n{name} = {value}")
    return "\n".join(lines).encode("utf-8", "replace")


READS_CONFIGURATION: tuple[list[str], ...] = (
    ["config"], ["config", "--json"], ["search", "charge"], ["ask", "where is charge"], ["review"], ["status"], ["doctor"], ["prompts", "list"],
    ["map"], ["trust", "--show"], ["index", "-q"], ["ask", "charge", "--dry-run", "-m", "openai:x"], ["models"], ["duplicates"], ["eval", "-n", "1"], ["gen-tests", "shop/pay.py", "--dry-run", "-m", "openai:x"],
)  # fmt: skip


def options_of(command: Any) -> Iterator[tuple[str, bool]]:
    """(flag, whether it takes a value) of a click command."""
    for parameter in command.params:
        if parameter.param_type_name == "option":
            for flag in parameter.opts:
                if flag not in SLOW and flag not in ("--help", "-h", "--version"):
                    yield flag, not parameter.is_flag


def commands() -> dict[tuple[str, ...], Any]:
    """Every command with its words."""
    import typer

    from codeassist.cli.app import make_app

    found: dict[tuple[str, ...], Any] = {}

    def walk(command: Any, words: tuple[str, ...]) -> None:
        found[words] = command
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, (*words, name))

    walk(typer.main.get_command(make_app()), ())
    return {words: command for words, command in found.items() if words not in (("models", "pull"), ("models", "test"))}


_COMMANDS: dict[tuple[str, ...], Any] = {}


def arguments(chance: random.Random) -> Case:
    """A command with its own options, their values hostile or not, in any order."""
    if not _COMMANDS:
        _COMMANDS.update(commands())
    words, command = chance.choice(sorted(_COMMANDS.items(), key=lambda item: item[0]))
    out = list(words)
    options = sorted(options_of(command))
    for _ in range(chance.choice((0, 1, 1, 2, 3, 5))):
        if options and chance.random() < 0.7:
            flag, takes_value = chance.choice(options)
            value = texts(chance)
            out += [f"{flag}={value}"] if takes_value and chance.random() < 0.3 else [flag, value] if takes_value else [flag]
        else:
            out.append(texts(chance))
    if chance.random() < 0.1:
        chance.shuffle(out)
    if chance.random() < 0.05:
        out.append(chance.choice(("--help", "-h", "--version", "--nonsense", "--jsn", "-Z")))
    if out and out[0] == "gen-tests":
        out += ["--dry-run", "-m", "openai:x"]
    drop = set(SLOW) | {"/", "//", "~"}
    return Case("arguments", [w.replace("\x00", "") for w in out if w not in drop and w.partition("=")[2] not in drop])


def project_configuration(chance: random.Random) -> Case:
    """A `.codeassist.toml`."""
    return Case("project configuration", list(chance.choice(READS_CONFIGURATION)), {".codeassist.toml": configuration(chance)})


def user_configuration(chance: random.Random) -> Case:
    """The user's `config.toml` or the ledger of trusted repositories."""
    name = chance.choice(("config.toml", "config.toml", "trusted.json", "prompts/ask.prompty"))
    raw = configuration(chance) if name == "config.toml" else json.dumps(json_value(chance)).encode()
    risky = (
        {".codeassist.toml": b'[model]\nname = "openai:x"\nbase_url = "http://127.0.0.1:9"\n'} if name == "trusted.json" else {}
    )
    words = ["trust"] if name == "trusted.json" and chance.random() < 0.5 else list(chance.choice(READS_CONFIGURATION))
    return Case("user configuration", words, dict(risky), {f"codeassist/{name}": raw})


def environment(chance: random.Random) -> Case:
    """`CODEASSIST_*` and the variables of other programs that are read."""
    from codeassist.config import DESCRIPTIONS

    names = [f"CODEASSIST_{key.upper().replace('.', '_').replace('-', '_')}" for key in DESCRIPTIONS]
    names += ["CODEASSIST_DEBUGS", "CODEASSIST_", "NO_COLOR", "COLUMNS", "LINES", "TERM", "LANG", "TZ", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HF_HOME", "HTTPS_PROXY", "OPENAI_BASE_URL"]  # fmt: skip
    values = {chance.choice(names): texts(chance).replace("\x00", "") for _ in range(chance.choice((1, 1, 2)))}
    return Case("environment", list(chance.choice(READS_CONFIGURATION)), environment=dict(values))


def prompt_files(chance: random.Random) -> Case:
    """Prompt files, their cases and their lock."""
    name = chance.choice(("ask.prompty", "ask.prompty", "ask.prompty", "ask.cases.yaml", "ask.cases.yaml", "prompts.lock"))
    if name == "prompts.lock":
        entry = {"name": "ask", "version": "1.0.0", "content": "x", "inputs": "x", "date": "2026-01-01"}
        entry[chance.choice(list(entry))] = json_value(chance)  # type: ignore[assignment]
        value = {"schema": "codeassist.prompts-lock/1", "prompts": [entry]} if chance.random() < 0.6 else json_value(chance)
        older = json.dumps(value)
        lines = [
            "# codeassist.prompts-lock/2",
            " ".join(map(str, (f"ask@{entry['version']}", *list(entry.values())[2:]))),
            "<<<<<<< ours",
        ]
        text = chance.choice((older, "\n".join(lines[: chance.randint(1, 3)])))
        raw = text.encode("utf-8", "replace") if chance.random() < 0.7 else spoiled(chance, text)
    else:
        text = FILES[f"prompts/{name}"]
        lines = text.split("\n")
        for _ in range(chance.randint(0, 2)):
            number = chance.randrange(len(lines))
            key = lines[number].partition(":")[0]
            lines[number] = f"{key}: {yaml_value(chance)}"
        body = chance.choice(("", "", "{{ x }}", "{% for %}", "{{ ''.__class__ }}", "{{ 1/0 }}", "{% include 'x' %}", "{{ question * 999999999 }}", "{{ " + "(" * 500 + "1" + ")" * 500 + " }}", "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "{{ question.format }}", "{{ range(9999999999) }}"))  # fmt: skip
        text = "\n".join([*lines, body if name.endswith("prompty") else ""])
        raw = spoiled(chance, text) if chance.random() < 0.3 else text.encode("utf-8", "replace")
    words = chance.choice((["prompts", "check"], ["prompts", "list"], ["prompts", "list", "--json"], ["prompts", "show", "ask"], ["prompts", "render", "ask"], ["prompts", "lock"], ["prompts", "lock", "--renew"], ["prompts", "test"], ["prompts", "test", "ask"], ["prompts", "log", "ask"], ["prompts", "diff", "ask", "ask@9.0.0"], ["prompts", "show", "ask@9.0.0"], ["ask", "charge", "--dry-run", "-m", "openai:x"], ["prompts", "tune", "ask", "-m", "openai:x", "--dry-run"], ["prompts", "render", "ask", "-i", "question=x"]))  # fmt: skip
    return Case("prompt files", list(words), {f"prompts/{name}": raw})


def yaml_value(chance: random.Random) -> str:
    """A value as YAML source."""
    return chance.choice(("", "~", "[]", "{}", "1", "1.0", "1.5e400", "2026-99-99", "2026-01-01", "[" * 3_000, "{a: " * 3_000, "&a [*a]", "*x", "!!python/object:os.system x", "!!binary x", "? ?", "'", '"\\x00"', "|", ">", "yes", "0o9", "1:2:3:4", "- - -", "{? [a]: b}", "{[]: 1}", "9" * 5000, ".nan", "%x", "@x", "1.2.0", "jinja2", json.dumps(texts(chance))))  # fmt: skip


def baseline(chance: random.Random) -> Case:
    """A baseline of known findings."""
    entry = {"fingerprint": "0123456789abcdef:1", "rule": "r", "path": "shop/pay.py", "message": "m"}
    if chance.random() < 0.5:
        entry[chance.choice(list(entry))] = json_value(chance)  # type: ignore[assignment]
    value = {"schema": "codeassist.review-baseline/1", "findings": [entry]} if chance.random() < 0.7 else json_value(chance)
    text = json.dumps(value)
    raw = text.encode() if chance.random() < 0.6 else spoiled(chance, text)
    name = ".codeassist-baseline.json"
    words = ["review", "--baseline", name, *(["--update-baseline"] if chance.random() < 0.5 else [])]
    return Case("baseline", words, {name: raw, ".codeassist.toml": b'[review]\nbaseline = ".codeassist-baseline.json"\n'})


def caches(chance: random.Random) -> Case:
    """Files of the index folder and of the user's cache."""
    name = chance.choice(("index.db", "runs.db", "vectors", "runs.db-wal", "index.db-wal", "any", "reviews"))
    raw = chance.choice(
        (b"", b"x", chance.randbytes(5_000), b"SQLite format 3\x00" + bytes(100), b"null", b"[[[]]]", b'{"a": [1]}')
    )
    if chance.random() < 0.3:
        raw = b"\x00FLIP" + bytes([chance.randint(0, 255)])  # the runner flips bytes of the file that is there
    words = chance.choice((["search", "charge"], ["ask", "charge"], ["status"], ["log"], ["log", "1"], ["rate", "1", "up"], ["replay", "1"], ["index", "-q"], ["index", "-q", "--rebuild"], ["map"], ["duplicates"], ["review", "--since-last"], ["eval", "-n", "1"], ["callers", "charge"], ["clean"], ["doctor"]))  # fmt: skip
    return Case("caches", list(words), {f"CACHE:{name}": raw})


def diffs(chance: random.Random) -> Case:
    """A diff to review, from a file or standard input."""
    text = DIFF
    if chance.random() < 0.6:
        head = chance.choice(("@@ -0,0 +1,1 @@", "@@ -1 +1 @@", "@@ -99999999999999999999,1 +1 @@", "@@ -1,9999999 +1,9999999 @@", "@@", "@@ -a +b @@", "@@ -1,2 +0,3 @@"))  # fmt: skip
        path = chance.choice(
            (
                "shop/pay.py",
                "/etc/passwd",
                "../x",
                "/dev/null",
                "",
                "a\tb",
                '"a\\303\\251"',
                '"\\777"',
                "\x00",
                "x" * 5_000,
                "shop",
                "~nouser/x",
            )
        )
        extra = chance.choice(("", "GIT binary patch\nliteral 5\n", "Binary files a/x and b/x differ\n", "rename from x\nrename to y\n", "old mode 1\nnew mode 2\n", "deleted file mode 100644\n", "similarity index 100%\n", "index 000..111\n", "Subproject commit 1\n", "\\ No newline at end of file\n"))  # fmt: skip
        text = f"diff --git a/{path} b/{path}\n{extra}--- a/{path}\n+++ b/{path}\n{head}\n import hashlib\n+import os\n{chr(0) if chance.random() < 0.1 else ''}\n"
    raw = spoiled(chance, text) if chance.random() < 0.5 else text.encode()
    form = chance.choice(("terminal", "json", "sarif", "rdjsonl", "github", "gitlab", "markdown"))
    words = ["review", "-f", form, "--diff", *(["-"] if chance.random() < 0.4 else ["change.diff"])]
    if chance.random() < 0.2:
        words.append("--summary")
    return Case("diffs", words, {"change.diff": raw}, stdin=raw)


def reports(chance: random.Random) -> Case:
    """Coverage files."""
    name = chance.choice(("coverage.json", "coverage.xml", "lcov.info", ".coverage"))
    text = FILES.get(name, "SQLite format 3\x00")
    if name == "coverage.json" and chance.random() < 0.6:
        lines = chance.choice(([1], [-1], [10**30], ["a"], None, {}, [None], [[1]], [1.5], 3))
        value = (
            json_value(chance)
            if chance.random() < 0.4
            else {"files": {chance.choice(("shop/pay.py", "", "\x00", "/", "../x", "a" * 5000)): {"missing_lines": lines}}}
        )
        raw = json.dumps(value).encode()
    elif name == "coverage.xml" and chance.random() < 0.4:
        bomb = (
            '<!DOCTYPE a [<!ENTITY a "'
            + "x" * 99
            + '">'
            + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 20 if n else "&a;"}">' for n in range(9))
            + "]><a>&a8;</a>"
        )
        raw = chance.choice((bomb, "<a>" * 5_000, '<coverage><class filename="\x01"/></coverage>', '<coverage><source>~nouser</source><class filename="x"><line number="x" hits="0"/></class></coverage>')).encode()  # fmt: skip
    else:
        raw = spoiled(chance, text)
    words = chance.choice((["review", "--coverage", name], ["gen-tests", "shop/pay.py", "--uncovered", "--coverage", name, "--dry-run", "-m", "openai:x"], ["gen-tests", "--uncovered", "--coverage", name, "--dry-run", "-m", "openai:x"]))  # fmt: skip
    return Case("coverage files", list(words), {name: raw})


def project_files(chance: random.Random) -> Case:
    """Files of the repository that the analysers and the generator read as settings."""
    name = chance.choice(("pyproject.toml", "setup.cfg", "package.json", "requirements.txt", ".github/workflows/ci.yml", "CONTRIBUTING.md", "tox.ini", "pytest.ini", "README.md", "shop/pay.py", "web/page.js", "tests/test_pay.py", "go.mod", "Cargo.toml"))  # fmt: skip
    nested = {
        ".toml": "x = " + "[" * 5_000,
        ".json": '{"a":' * 5_000,
        ".yml": "- " * 3_000,
        ".py": "x = " + "(" * 300,
        ".js": "(" * 5_000,
    }
    suffix = Path(name).suffix
    text = FILES.get(
        name, '{"scripts": {"test": 1}, "dependencies": []}' if suffix == ".json" else "[tool:pytest]\naddopts = --cov\n"
    )
    raw = nested[suffix].encode() if suffix in nested and chance.random() < 0.3 else spoiled(chance, text)
    words = chance.choice((["review"], ["review", "-f", "json"], ["review", "."], ["commit-msg"], ["search", "charge"], ["ask", "how is an account charged"], ["gen-tests", "shop/pay.py", "--dry-run", "-m", "openai:x"], ["gen-tests", "--changed", "--dry-run", "-m", "openai:x"], ["map"], ["duplicates"]))  # fmt: skip
    return Case("project files", list(words), {name: raw})


CONDITIONS = (
    "stdout closed", "stderr closed", "stdin closed", "all closed", "stdout full", "stderr full", "both full", "file size 0", "file size 4096", "file size 100000", "files 12", "files 30",
    "no HOME", "HOME nowhere", "HOME read-only", "TMPDIR nowhere", "folder deleted", "locale C", "ascii", "latin-1", "one column", "dumb", "pipe closed", "PATH empty", "memory", "no space", "no inodes", "read-only",
)  # fmt: skip


def systems(chance: random.Random) -> Case:
    """Full disks, closed streams, missing folders, strange locales."""
    condition = chance.choice(CONDITIONS)
    words = chance.choice((["search", "charge"], ["search", "charge", "--json"], ["ask", "where is charge"], ["review"], ["review", "-f", "sarif"], ["index", "-q"], ["index"], ["index", "--rebuild"], ["config"], ["status"], ["map"], ["log"], ["doctor"], ["prompts", "lock"], ["prompts", "eject", "review"], ["init", "--force"], ["--help"], ["review", "--help"], ["--version"], ["nonsense"], ["commit-msg"], ["hook", "install"], ["duplicates"], ["review", "--update-baseline"], ["chat"], ["trust"], ["eval", "-n", "1"], ["clean"]))  # fmt: skip
    return Case("systems", list(words), condition=condition, stdin=b"where is charge\n")


KINDS: tuple[tuple[Callable[[random.Random], Case], int], ...] = (
    (arguments, 30), (project_configuration, 14), (user_configuration, 5), (environment, 8), (prompt_files, 12), (baseline, 4), (caches, 6), (diffs, 6), (reports, 4), (project_files, 5), (systems, 14),
)  # fmt: skip
"""The kinds of cases, with their weights."""


def make_case(seed: int, number: int, only: Sequence[str] = ()) -> Case:
    """Case `number` of a seed."""
    chance = random.Random(f"{seed}/{number}")
    kinds = [(kind, weight) for kind, weight in KINDS if not only or kind.__name__ in only]
    (kind,) = chance.choices([k for k, _ in kinds], [w for _, w in kinds])
    return kind(chance)


@dataclass
class Outcome:
    """How a run ended."""

    code: int
    out: bytes
    err: bytes
    crash: str
    seconds: float

    def fault(self, limit: float) -> str:
        """What is wrong with it; empty when nothing is."""
        err = self.err.decode("utf-8", "replace")
        if self.crash:
            return self.crash.strip().splitlines()[-1]
        found = next((fault for fault in FAULTS if fault in err), "")
        if found:
            return f"{found}: {err.strip().splitlines()[-1]}"
        if self.code == -signal.SIGKILL and self.seconds >= limit:
            return f"still running after {limit:.0f} s"
        return "" if self.code in ALLOWED else f"exit code {self.code}"


class Runner:
    """Runs cases in copies of one indexed repository."""

    def __init__(self, scratch: Path, seconds: float) -> None:
        self.scratch, self.seconds = scratch, seconds
        self.template = scratch / "template"
        self.home = scratch / "template-home"
        self.home.mkdir()
        for name, text in FILES.items():
            (self.template / name).parent.mkdir(parents=True, exist_ok=True)
            (self.template / name).write_text(text, encoding="utf-8")
        for words in (
            ["init", "-q", "--template="],
            ["add", "."],
            ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "First"],
        ):
            subprocess.run(["git", *words], cwd=self.template, check=True)
        for command in (["index", "-q"], ["ask", "-q", "how is an account charged"], ["review", "-q"]):
            subprocess.run([sys.executable, "-m", "codeassist", *command], cwd=self.template, env=self._environment(self.home, {}), check=False, capture_output=True)  # fmt: skip
        for name, text in CHANGE.items():
            (self.template / name).write_text(text, encoding="utf-8")
        self.mounts = sys.platform == "linux" and subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode == 0  # fmt: skip

    def run(self, case: Case, *, process: bool = False) -> Outcome:
        """Run a case in a fresh copy."""
        with tempfile.TemporaryDirectory(dir=self.scratch, ignore_cleanup_errors=True) as folder:
            root, home = Path(folder) / "shop", Path(folder) / "home"
            shutil.copytree(self.template, root, symlinks=True)
            shutil.copytree(self.home, home)
            for name, raw in case.files.items():
                self._put(root, home, name, raw)
            for name, raw in case.home.items():
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                (home / name).write_bytes(raw)
            environment = self._environment(home, case.environment)
            needs_process = process or case.condition in ("no space", "no inodes", "read-only", "locale C", "ascii", "latin-1")
            return self._process(case, root, environment) if needs_process else self._fork(case, root, environment)

    def _put(self, root: Path, home: Path, name: str, raw: bytes | None) -> None:
        targets = [root / name]
        if name.startswith("CACHE:"):
            wanted = name.partition(":")[2]
            files = sorted(p for p in [*(root / ".codeassist").rglob("*"), *home.rglob("*.json")] if p.is_file())
            targets = [p for p in files if wanted == "any" or wanted in str(p)][:1] or [root / ".codeassist" / wanted]
        for path in targets:
            path.parent.mkdir(parents=True, exist_ok=True)
            if raw is not None and raw.startswith(b"\x00FLIP") and path.exists():
                old = bytearray(path.read_bytes())
                for step in range(1, 12):
                    if old:
                        old[(raw[-1] * 7919 * step) % len(old)] ^= 0x55
                raw = bytes(old)
            if raw is not None:
                path.write_bytes(raw)

    def _environment(self, home: Path, changes: dict[str, str | None]) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CODEASSIST_", "XDG_", "OPENAI_", "GIT_"))}
        names = ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
        kept |= dict.fromkeys(names, str(home)) | {
            "OPENAI_API_KEY": "x",
            "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
            "HF_HUB_OFFLINE": "1",
        }
        for name, value in changes.items():
            kept[name] = value or ""
        return kept

    def _fork(self, case: Case, root: Path, environment: dict[str, str]) -> Outcome:
        read, write = os.pipe()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as stdin:
            stdin.write(case.stdin)
            stdin.seek(0)
            began = time.monotonic()
            sys.stdout.flush()
            pid = os.fork()
            if pid == 0:
                self._child(case, root, environment, (stdin.fileno(), out.fileno(), err.fileno()), write)
            os.close(write)
            code, seconds = self._wait(pid, began)
            with os.fdopen(read, "rb") as pipe:
                crash = pipe.read().decode("utf-8", "replace")
            out.seek(0)
            err.seek(0)
            return Outcome(code, out.read(), err.read(), crash, seconds)

    def _wait(self, pid: int, began: float) -> tuple[int, float]:
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            seconds = time.monotonic() - began
            if done:
                return os.waitstatus_to_exitcode(status), seconds
            if seconds > self.seconds:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
            time.sleep(0.002)

    def _child(self, case: Case, root: Path, environment: dict[str, str], streams: tuple[int, int, int], report: int) -> None:
        """Run the case in this process, which was forked for it; never returns."""
        code = 1
        try:
            os.setsid()
            os.chdir(root)
            os.environ.clear()
            os.environ.update(
                {os.fsencode(k).decode("utf-8", "surrogateescape"): v for k, v in _encodable(environment).items()}
            )
            for target, source in enumerate(streams):
                os.dup2(source, target)
            apply(case.condition, root)
            for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
                try:
                    os.fstat(number)
                    setattr(sys, name, open(number, mode, encoding="utf-8", errors="surrogateescape", closefd=False))  # noqa: SIM115
                except OSError:
                    setattr(sys, name, None)  # as Python itself does for a closed stream
            sys.argv = ["codeassist", *[os.fsdecode(_bytes(word)) for word in case.words]]
            from codeassist.__main__ import entry

            entry()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            with contextlib.suppress(OSError):
                os.write(report, traceback.format_exc().encode("utf-8", "replace")[-60_000:])
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
            os._exit(code if isinstance(code, int) else 1)

    def _process(self, case: Case, root: Path, environment: dict[str, str]) -> Outcome:
        command = [os.fsencode(sys.executable), b"-m", b"codeassist", *[_bytes(word) for word in case.words]]
        environment = _encodable(environment)
        if case.condition in ("locale C", "ascii", "latin-1"):
            environment |= {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
            environment |= {"ascii": {"PYTHONIOENCODING": "ascii"}, "latin-1": {"PYTHONIOENCODING": "latin-1"}}.get(
                case.condition, {}
            )
        elif case.condition in ("no space", "no inodes", "read-only"):
            if not self.mounts:
                return Outcome(0, b"", b"", "", 0.0)
            used = sum(p.lstat().st_size // 4096 + 1 for p in root.rglob("*"))
            size = {
                "no space": f"size={(used + 60) * 4}k",
                "no inodes": f"nr_inodes={sum(1 for _ in root.rglob('*')) + 3}",
                "read-only": "size=64m",
            }[case.condition]
            script = 'mkdir -p "$1" && mount -t tmpfs -o "$2" t "$1" && cp -a "$3/." "$1" && '
            script += '{ [ "$2" != size=64m ] || mount -o remount,ro "$1"; } && cd "$1" && shift 3 && exec "$@"'
            command = [b"unshare", b"-rm", b"sh", b"-c", script.encode(), b"sh", os.fsencode(f"{root}-disk"), size.encode(), os.fsencode(root), *command]  # fmt: skip
        began = time.monotonic()
        child = subprocess.Popen(command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=lambda: apply(case.condition, root))  # fmt: skip
        try:
            out, err = child.communicate(case.stdin, timeout=self.seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            out, err = child.communicate()
        return Outcome(child.returncode, out, err, "", time.monotonic() - began)


def _bytes(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass").replace(b"\x00", b"")


def _encodable(environment: dict[str, str]) -> dict[str, str]:
    return {k: os.fsdecode(_bytes(v)) for k, v in environment.items()}


def apply(condition: str, root: Path) -> None:
    """Set a condition in this process, which is the one that runs the case."""
    closed = {"stdout closed": [1], "stderr closed": [2], "stdin closed": [0], "all closed": [0, 1, 2]}.get(condition, ())
    for number in closed:
        os.close(number)
    if Path("/dev/full").exists():
        for number in {"stdout full": [1], "stderr full": [2], "both full": [1, 2]}.get(condition, ()):
            os.dup2(os.open("/dev/full", os.O_WRONLY), number)
    if condition == "pipe closed":
        read, write = os.pipe()
        os.close(read)
        os.dup2(write, 1)
    if condition.startswith("file size "):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(condition.rsplit(maxsplit=1)[-1]),) * 2)
    if condition.startswith("files "):
        resource.setrlimit(resource.RLIMIT_NOFILE, (int(condition.rsplit(maxsplit=1)[-1]),) * 2)
    if condition == "memory":
        resource.setrlimit(resource.RLIMIT_AS, (3_000_000_000,) * 2)
    variables = {
        "HOME nowhere": {"HOME": "/nowhere/at/all", "XDG_CONFIG_HOME": "/nowhere/at/all", "XDG_CACHE_HOME": "/nowhere/at/all"},
        "TMPDIR nowhere": {"TMPDIR": "/nowhere/at/all"},
        "one column": {"COLUMNS": "1", "LINES": "1"},
        "dumb": {"TERM": "dumb"},
        "PATH empty": {"PATH": ""},
    }.get(condition, {})
    os.environ.update(variables)
    if condition == "no HOME":
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "USERPROFILE"):
            os.environ.pop(name, None)
    if condition == "HOME read-only":
        os.environ |= dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), "/proc")
    if condition == "folder deleted":
        shutil.rmtree(root)


def main() -> int:
    """Run the cases and report the faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], help=f"of {', '.join(kind.__name__ for kind, _ in KINDS)}")
    parser.add_argument("--processes", type=float, default=0.05, help="the share that runs as new processes")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--case", type=int, help="run this case alone and print its output")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    preload()
    faults: list[dict[str, Any]] = []
    codes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        runner = Runner(Path(scratch), options.seconds)
        if not runner.mounts:
            print("left out: full disks, missing inodes and read-only disks (no user namespaces)", file=sys.stderr)
        numbers = range(options.cases) if options.case is None else [options.case]
        for number in numbers:
            case = make_case(options.seed, number, options.only)
            process = random.Random(f"{options.seed}/{number}/process").random() < options.processes
            outcome = runner.run(case, process=process)
            codes[f"{case.kind}: {outcome.code}"] += 1
            if fault := outcome.fault(options.seconds):
                entry = {"case": number, "kind": case.kind, "words": case.words, "condition": case.condition, "fault": fault}
                faults.append(
                    entry | {"environment": case.environment, "files": {k: repr(v[:200]) for k, v in case.files.items() if v}}
                )
                print(f"{number:>5} {case.kind:<22} {shown(case)}\n      {fault[:300]}", flush=True)
            if options.case is not None:
                print(case, outcome.out.decode("utf-8", "replace"), outcome.err.decode("utf-8", "replace"), outcome.crash, outcome.code, sep="\n")  # fmt: skip
    print(f"{len(numbers)} cases, seed {options.seed}: {len(faults)} faults", dict(sorted(codes.items())), flush=True)
    if options.json:
        options.json.write_text(
            json.dumps({"cases": len(numbers), "seed": options.seed, "faults": faults}, indent=1), encoding="utf-8"
        )
    return int(bool(faults))


def preload() -> None:
    """Import what commands import, so that forked children start at once; nothing runs that starts threads."""
    from codeassist.cli import app

    app.make_app()
    for name in ("indexers.index", "indexers.stores.faiss", "indexers.encoders.static", "indexers.search.searcher", "indexers.build.prepare", "codeassist.tasks.review", "codeassist.tasks.ask", "codeassist.tasks.gen_tests", "codeassist.tasks.map", "codeassist.tasks.duplicates", "codeassist.tasks.commit_message", "codeassist.tasks.evaluate", "codeassist.tasks.doctor", "yaml", "jinja2", "jsonschema", "rich.console", "rich.panel", "rich.table", "numpy", "pathspec"):  # fmt: skip
        with contextlib.suppress(ImportError):
            __import__(name)
    gc.collect()
    gc.freeze()  # collections in the children would copy the pages of all modules


def shown(case: Case) -> str:
    """The case on one line."""
    words = " ".join(ascii(w)[:60] for w in case.words)
    return f"[{case.condition}] {words}" if case.condition else words


if __name__ == "__main__":
    sys.exit(main())

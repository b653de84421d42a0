"""The cases of benchmarks/hostile_input.py: a spoiled repository and the words of one command, drawn by kind."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hostile_repository import CONFIG, DIFF, FILES, Case
from hostile_values import json_value, spoiled, texts, toml_value, yaml_value

SLOW = {"--watch", "--wait", "--prove", "--force"}
"""Options that the generator leaves out: they wait by design, or widen what is read to the whole machine."""


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

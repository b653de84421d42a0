"""What the other analysers report for a change, and what they do not report."""

from __future__ import annotations

import pytest

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.config.schema import ReviewConfig
from codeassist.deadline import Deadline
from codeassist.tasks.review import Analysis, review
from indexers import Index
from tests.codeassist.conftest import rules
from tests.conftest import write

KEY = "AKIA" + "IOSFODNN7EXAMPLQ"


@pytest.mark.parametrize(
    ("name", "text", "rule", "line"),
    [
        ("a.py", "x = 1\nbreakpoint()\n", "debug-leftover", 2),
        ("a.ts", "it.only('x', () => {})\n", "debug-leftover", 1),
        ("a.txt", "one\n<<<<<<< HEAD\ntwo\n=======\nthree\n>>>>>>> topic\n", "conflict-marker", 2),
        ("a.py", f'aws = "{KEY}"\n', "secret", 1),
        ("a.pem", "-----BEGIN RSA " + "PRIVATE KEY-----\nabc\n", "secret", 1),
        ("node_modules/x.js", "x\n", "generated-file", 1),
        ("big.txt", "x" * 600_000, "large-file", 1),
        ("a.py", "def f(:\n", "syntax-error", 1),
        ("a.py", "try:\n    x = 1\nexcept Exception:\n    pass\n", "swallowed-exception", 3),
        ("a.py", "def f():\n    return nowhere\n", "ruff/F821", 2),
        (
            "app/migrations/0002_x.py",
            "from django.db import migrations\n\noperations = [migrations.RunPython(forward)]\n",
            "migration-without-reverse",
            3,
        ),
        ("versions/1_x.py", "def upgrade():\n    op.drop()\n\n\ndef downgrade():\n    pass\n", "migration-without-reverse", 5),
    ],
)
def test_leftovers_and_mistakes_are_reported(findings, name, text, rule, line):
    result = findings({"readme.md": "x\n"}, {name: text})
    assert (rule, line) in [(r, n) for r, _, n in rules(result)], rules(result)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "Title\n=======\n\ntext\n"),
        ("a.py", 'password = os.environ["PASSWORD"]\n'),
        ("a.py", "try:\n    x = 1\nexcept KeyError:\n    pass\n"),
        ("a.py", "try:\n    x = 1\nexcept Exception:  # the plugin may be missing\n    pass\n"),
        ("tests/test_a.py", 'token = "abc123def456ghi"\n'),
        ("app/migrations/0002_x.py", "operations = [migrations.RunPython(forward, migrations.RunPython.noop)]\n"),
        ("a.py", 'PASSWORD_FIELD = "password_confirmation"\n'),
    ],
)
def test_harmless_code_is_not_reported(findings, name, text):
    result = findings({"readme.md": "x\n"}, {name: text})
    reported = {"secret", "conflict-marker", "swallowed-exception", "migration-without-reverse", "debug-leftover"}
    assert not [r for r, *_ in rules(result) if r in reported], rules(result)


def test_only_changed_lines_are_reported(findings):
    before = "def f():\n    return nowhere\n\n\nx = 1\n"
    result = findings({"a.py": before}, {"a.py": before.replace("x = 1", "x = 2")})
    assert not [r for r, *_ in rules(result) if r.startswith("ruff")]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"pyproject.toml": '[project]\ndependencies = ["a>=1", "b>=2"]\n'},
            {"pyproject.toml": '[project]\ndependencies = ["a>=1", "b>=2", "left_pad"]\n'},
            {"dependency-unpinned"},
        ),
        ({"requirements.txt": "a==1\n"}, {"requirements.txt": "a==1\nb==2\n"}, {"dependency-added"}),
        (
            {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": "{}"},
            {"package.json": '{"dependencies": {"a": "2"}}'},
            {"lock-file-stale"},
        ),
        (
            {"package.json": '{"dependencies": {"a": "1"}}', "package-lock.json": "{}"},
            {"package.json": '{"dependencies": {"a": "2"}}', "package-lock.json": "{ }"},
            set(),
        ),
        (
            {"Cargo.toml": '[dependencies]\na = "1"\n', "Cargo.lock": "x"},
            {"Cargo.toml": '[dependencies]\na = "1"\n[profile]\nx = 1\n'},
            set(),
        ),
    ],
)
def test_dependencies(findings, before, after, expected):
    assert {r for r, *_ in rules(findings(before, after))} == expected


def test_documents_that_mention_removed_names(findings):
    before = 'def load_config(path, strict=True):\n    """Load.\n\n    :param strict: defaults to True\n    """\n'
    files = {"m.py": before, "README.md": "Call `load_config()`.\n", "CHANGELOG.md": "- `load_config()` is new\n"}
    gone = findings(files, {"m.py": "def read_config(path):\n    pass\n"})
    [stale] = [f for f in gone.every if f.rule == "stale-document"]
    assert [str(p) for p in stale.evidence] == ["README.md:1"]


def test_docstrings_that_describe_a_changed_default(findings):
    before = 'def load(path, strict=True):\n    """Load.\n\n    :param strict: refuse; defaults to True\n    """\n    return path, strict\n'
    default = findings({"m.py": before}, {"m.py": before.replace("strict=True", "strict=False")})
    assert ("stale-parameter", "warning", 4) in rules(default)


def test_changed_behaviour_without_a_changed_test(findings):
    before = {
        "m.py": "def price(x):\n    return x * 2\n",
        "tests/test_m.py": "from m import price\n\n\ndef test_price():\n    assert price(1) == 2\n",
    }
    after = {"m.py": "def price(x):\n    return x * 3\n"}
    [finding] = [f for f in findings(before, after).every if f.rule == "untested-change"]
    assert "tests/test_m.py uses it but did not change" in finding.message
    assert finding.start == 2


def test_changed_behaviour_with_a_changed_test_is_not_reported(findings):
    before = {
        "m.py": "def price(x):\n    return x * 2\n",
        "tests/test_m.py": "from m import price\n\n\ndef test_price():\n    assert price(1) == 2\n",
    }
    after = {"m.py": "def price(x):\n    return x * 3\n", "tests/test_m.py": before["tests/test_m.py"].replace("== 2", "== 3")}
    assert not [f for f in findings(before, after).every if f.rule == "untested-change"]


def test_uncovered_changed_lines(findings):
    result = findings({"m.py": "x = 1\n"}, {"m.py": "x = 1\ny = 2\nz = 3\n"}, coverage={"m.py": frozenset({1, 3})})
    assert ("line-not-run", "note", 3) in rules(result)


ORIGINAL = '''def merge_settings(defaults, given):
    """Merge two trees of settings."""
    merged = dict(defaults)
    for key, value in given.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge_settings(merged[key], value)
        else:
            merged[key] = value
    return merged
'''
TWIN = """def combine_options(base, extra):
    result = dict(base)
    for name, option in extra.items():
        if isinstance(option, dict) and isinstance(result.get(name), dict):
            result[name] = combine_options(result[name], option)
        else:
            result[name] = option
    return result
"""
OTHER = """def count_words(text):
    counts = {}
    for word in text.split():
        word = word.strip(".,").lower()
        if not word:
            continue
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])
"""


def test_new_code_that_duplicates_existing_code(repository):
    root = repository({"lib/settings.py": ORIGINAL, "lib/words.py": OTHER})
    write(root, {"app/options.py": TWIN})
    with Index.build(root) as index:
        result = review(root, read_change(root, ChangeSelection()), ReviewConfig(max_findings=0), index)
    [finding] = [f for f in result.every if f.rule == "duplicate"]
    assert [str(p) for p in finding.evidence] == ["lib/settings.py:1"]
    assert (finding.path, finding.start, finding.end) == ("app/options.py", 1, 8)
    assert "merge_settings" in finding.message


def test_duplicates_of_a_repository(repository, run):
    root = repository({"lib/settings.py": ORIGINAL, "app/options.py": TWIN, "lib/words.py": OTHER})
    shown = run("duplicates", cwd=root)
    assert shown.code == 0, shown.err
    assert "app/options.py:1-8  combine_options" in shown.out
    assert "lib/settings.py:1-9  merge_settings" in shown.out
    assert "count_words" not in shown.out
    assert run("duplicates", "lib/words.py", cwd=root).out == ""
    assert run("duplicates", "nowhere", cwd=root).code == 2


def test_an_analyser_that_fails_or_hangs_is_noted_and_does_not_stop_the_review(repository, monkeypatch):
    import threading
    import time

    from codeassist.tasks.review.analysers import ANALYSERS

    class Broken:
        name, rules, needs_index = "broken", (), False

        def run(self, facts):
            raise RuntimeError("no luck")

    class Endless:
        name, rules, needs_index = "endless", (), False

        def run(self, facts):
            released.wait(30)
            yield from ()

    released = threading.Event()
    root = repository({"a.py": "x = 1\n"})
    write(root, {"a.py": "x = 1\nbreakpoint()\n"})
    started = time.monotonic()
    result = review(
        root,
        read_change(root, ChangeSelection()),
        ReviewConfig(),
        analysis=Analysis((Broken(), Endless(), *ANALYSERS[:1]), Deadline(1.0)),
    )
    released.set()
    assert time.monotonic() - started < 10
    assert result.cut_short == ["endless"]
    assert "the analyser 'broken' failed: RuntimeError: no luck" in result.unread
    assert [f.rule for f in result.findings] == ["debug-leftover"]

"""Documents of removed names, and docstrings of changed defaults and parameters."""

from __future__ import annotations

from tests.codeassist.conftest import rules


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


def test_a_removed_name_that_is_still_defined_elsewhere_or_is_a_common_word_is_not_reported(findings):
    before = {"m.py": "def load_config(): ...\n\ndef total(): ...\n", "README.md": "`load_config()` and `total()`.\n"}
    elsewhere = findings({**before, "n.py": "def load_config(): ...\n"}, {"m.py": "x = 1\n"})
    assert "stale-document" not in [r for r, *_ in rules(elsewhere)]


def test_docstrings_that_describe_a_removed_parameter(findings):
    before = 'def load(path, strict):\n    """Load.\n\n    Args:\n        path: where\n        strict (bool): whether\n    """\n    return path\n'
    removed = findings({"m.py": before}, {"m.py": before.replace("path, strict", "path")})
    [finding] = [f for f in removed.every if f.rule == "stale-parameter"]
    assert "still describes 'strict', which was removed" in finding.message


def test_a_removed_parameter_that_keywords_may_still_contain_is_not_reported(findings):
    before = 'def load(path, strict):\n    """Load.\n\n    :param strict: whether\n    """\n    return path\n'
    kept = findings({"m.py": before}, {"m.py": before.replace("path, strict", "path, **options")})
    assert "stale-parameter" not in [r for r, *_ in rules(kept)]

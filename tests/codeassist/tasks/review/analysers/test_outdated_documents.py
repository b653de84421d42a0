"""Documents of removed names, and docstrings of changed defaults and parameters."""

from __future__ import annotations

import pytest

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


MENTIONS = {
    "in backticks": "If `strict` is set, nothing is guessed.",
    "with a value": "If ``strict=True`` is passed, nothing is guessed.",
    "without marks": "With strict=True nothing is guessed.",
    "between asterisks": "*strict* says whether to guess.",
}


@pytest.mark.parametrize("sentence", MENTIONS.values(), ids=MENTIONS.keys())
def test_sentences_of_a_docstring_that_name_a_removed_parameter(findings, sentence):
    before = f'def load(path, strict):\n    """Load.\n\n    {sentence}\n    """\n    return path, strict\n'
    after = before.replace("path, strict):", "path):").replace("path, strict\n", "path\n")
    assert ("stale-parameter", "warning", 4) in rules(findings({"m.py": before}, {"m.py": after}))


KEPT = {
    "it is a local variable now": ("`strict` is read from the file.", "strict = path.strict\n    return strict"),
    "it is an attribute": ("Uses `strict` of the path.", "return path.strict"),
    "it is a word": ("A strict reader.", "return path"),
    "it is part of another name": ("See `load.strict`.", "return path"),
}


@pytest.mark.parametrize(("sentence", "body"), KEPT.values(), ids=KEPT.keys())
def test_names_in_sentences_that_mean_something_else_are_no_findings(findings, sentence, body):
    before = f'def load(path, strict):\n    """{sentence}"""\n    return path, strict\n'
    after = before.replace("path, strict):", "path):").replace("return path, strict", body)
    assert "stale-parameter" not in [r for r, *_ in rules(findings({"m.py": before}, {"m.py": after}))]


def test_the_docstring_of_a_class_describes_the_parameters_of_its_constructor(findings):
    before = (
        'class Reader:\n    """Read.\n\n    :param strict: whether\n    """\n\n'
        "    def __init__(self, path, strict):\n        self.path = path\n"
    )
    result = findings({"m.py": before}, {"m.py": before.replace("path, strict", "path")})
    (finding,) = [f for f in result.every if f.rule == "stale-parameter"]
    assert finding.start == 4
    assert "'Reader'" in finding.message


def test_methods_of_one_name_in_two_classes_are_told_apart(findings):
    text = 'class A:\n    def get(self, key):\n        """Get `key`."""\n\n\nclass B:\n    def get(self, item):\n        """Get `item`."""\n'
    result = findings({"m.py": text}, {"m.py": text.replace("Get `key`", "Get the `key`")})
    assert "stale-parameter" not in [r for r, *_ in rules(result)]

"""Documents that pass an argument by a name that the function does not take any more."""

from __future__ import annotations

import pytest

TOOL = 'def open_box(path, mode="r"):\n    """Open.\n\n    >>> open_box("a", mode="w")\n    """\n    return path, mode\n'
RENAMED = TOOL.replace('path, mode="r"', 'path, how="r"').replace("return path, mode", "return path, how")
GUIDE = "Call:\n\n    open_box(\n        compute(mode=1),\n        mode='w',\n    )\n"


def stale(findings, before, after):
    return [f for f in findings(before, after).every if f.rule == "stale-argument"]


def test_a_renamed_argument_in_a_document_and_a_doctest(findings):
    (finding,) = stale(findings, {"m.py": TOOL, "docs/guide.md": GUIDE}, {"m.py": RENAMED})
    assert finding.message == "'open_box' no longer takes 'mode' (now 'how'), but docs/guide.md:5 still passes it (2 places)."
    assert [(p.path, p.line) for p in finding.evidence] == [("docs/guide.md", 5), ("m.py", 4)]


@pytest.mark.parametrize(
    ("files", "after"),
    [
        ({"CHANGELOG.md": GUIDE}, {}),
        ({"docs/guide.md": GUIDE.replace("        mode='w',\n", "")}, {}),
        ({"docs/guide.md": GUIDE, "other.py": "class Box:\n    def open_box(self, mode):\n        return mode\n"}, {}),
        ({"docs/guide.md": GUIDE}, {"docs/guide.md": GUIDE.replace("mode='w'", "how='w'")}),
        ({"docs/guide.md": GUIDE}, {"m.py": RENAMED.replace('how="r"', 'how="r", **old').replace(', mode="w"', "")}),
        ({"docs/guide.md": GUIDE.replace("open_box", "reopen_box")}, {}),
    ],
    ids=["a change log", "of an inner call", "two functions of the name", "changed too", "other keywords", "another function"],
)
def test_documents_that_are_right(findings, files, after):
    new = RENAMED.replace('mode="w"', 'how="w"')
    assert stale(findings, {"m.py": TOOL, **files}, {"m.py": new} | after) == []

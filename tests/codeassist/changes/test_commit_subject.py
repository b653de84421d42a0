"""Subjects of commit messages that say what a change does, from the code alone."""

from __future__ import annotations

import pytest

from codeassist.changes.change import ChangedFile
from codeassist.changes.commit_subject import python_subject

STYLE = """LIMIT = 3
COLOURS = ("red", "blue")


def style(text, colour, bold=False):
    return text + colour


class Page:
    def show(self):
        return style("a", "red")
"""


def subject(after, before=STYLE):
    return python_subject(ChangedFile("page.py", "page.py", "modified", old=before, new=after))


BODY = "    return text + colour"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (
            STYLE.replace(BODY, f"    if colour not in COLOURS:\n        raise ValueError(colour)\n{BODY}"),
            "validate colour in style()",
        ),
        (STYLE.replace(BODY, f"    if colour is None:\n        return text\n{BODY}"), "handle a missing colour in style()"),
        (STYLE.replace(BODY, f"    if not text:\n        return ''\n{BODY}"), "handle an empty text in style()"),
        (
            STYLE.replace(BODY, f"    try:\n    {BODY}\n    except TypeError:\n        return text"),
            "catch TypeError in style()",
        ),
        (STYLE.replace("bold=False", "bold=False, width=80"), "add width to style()"),
        (STYLE.replace(", bold=False", ""), "remove bold from style()"),
        (STYLE.replace("bold=False", "strong=False"), "rename the parameter bold of style() to strong"),
        (STYLE.replace("bold=False", "bold=True"), "use True as the default bold of style()"),
        (STYLE.replace("text + colour", "colour + text"), "change what style() returns"),
        (STYLE.replace("def style(", "def paint("), "rename style() to paint()"),
        (STYLE.replace(BODY, f'    """Colour a text."""\n{BODY}'), "document style()"),
        (STYLE + "\n    def hide(self):\n        pass\n", "add Page.hide()"),
        (STYLE[: STYLE.index("class")], "remove Page.show()"),
        (STYLE.replace("LIMIT = 3", "LIMIT = 5"), "set LIMIT to 5"),
        (STYLE.replace("text, colour", "text: str, colour: str"), "annotate style()"),
        (STYLE.replace('"blue"', '"very-private"'), "change COLOURS"),
        (STYLE.replace("    def show", "    async def show"), "make Page.show() asynchronous"),
    ],
)
def test_a_change_is_said_as_a_person_would(after, expected):
    assert subject(after) == expected


def test_a_new_version_is_named():
    assert subject("__version__ = '1.3.0'\n", "__version__ = '1.2.9'\n") == "version 1.3.0"


def test_what_is_not_clear_is_left_to_the_names():
    assert subject("x = (") == ""
    assert python_subject(ChangedFile("a.md", "a.md", "modified", old="a", new="b")) == ""
    both = (
        STYLE.replace("text + colour", "colour + text").replace("bold=False", "bold=False, width=8")
        + "\n\nclass New:\n    pass\n"
    )
    assert subject(both) == "add width to style()"

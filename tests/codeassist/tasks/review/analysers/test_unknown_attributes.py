"""Attributes that changed code reads and that the class or module does not have; and all the ways in which it may have them."""

from __future__ import annotations

import pytest

BOX = """class Base:
    unit = "mm"


class Box(Base):
    def __init__(self, width):
        self.width = width

    def area(self):
        return self.width
"""
USE = "from box import Box\nimport sizes\n\n\ndef main(box: Box):\n    return box.area()\n"
SIZES = "LARGE = 3\n"


def unknown(findings, before, after):
    result = findings({"sizes.py": SIZES, **before}, after)
    return [(f.path, f.start, f.message) for f in result.every if f.rule == "unknown-attribute"]


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (
            {"box.py": BOX.replace("return self.width", "return self.widht")},
            "'self.widht' is read here, but its class 'Box' has no 'widht'; did you mean 'width'?",
        ),
        (
            {"use.py": USE.replace("box.area()", "box.volume()")},
            "'box.volume' is read here, but 'Box' has no 'volume'.",
        ),
        (
            {"use.py": USE.replace("return box.area()", "other = Box(1)\n    return other.aera()")},
            "'other.aera' is read here, but 'Box' has no 'aera'; did you mean 'area'?",
        ),
        (
            {"use.py": USE.replace("box.area()", "box.area() + sizes.SMALL")},
            "'sizes.SMALL' is read here, but module 'sizes.py' has no 'SMALL'.",
        ),
    ],
    ids=["self", "an annotated parameter", "a local instance", "a module"],
)
def test_an_attribute_that_does_not_exist(findings, after, message):
    ((_, _, said),) = unknown(findings, {"box.py": BOX, "use.py": USE}, after)
    assert said == message


@pytest.mark.parametrize(
    "after",
    [
        {"box.py": BOX.replace("return self.width", "return self.unit")},
        {"box.py": BOX.replace("return self.width", "return self.other").replace("class Base", "class Base(dict)\\\n")},
        {"box.py": "from abroad import Base\n" + BOX[BOX.index("class Box") :].replace("return self.width", "return self.x")},
        {
            "box.py": BOX.replace("return self.width", "return self.x")
            + "\n    def __getattr__(self, name):\n        return 1\n"
        },
        {"box.py": BOX.replace("return self.width", "return self.x") + "\n\nclass Wide(Box):\n    x = 1\n"},
        {"box.py": BOX.replace("return self.width", "return self.x"), "use.py": USE + "\n\ndef fill(box):\n    box.x = 1\n"},
        {"box.py": BOX.replace("return self.width", "return getattr(self, 'x', 0) and self.x")},
        {"use.py": USE.replace("return box.area()", "if isinstance(box, Wide):\n        return box.volume()\n    return 1")},
        {"use.py": USE.replace("return box.area()", "box = convert(box)\n    return box.volume()")},
        {
            "use.py": USE.replace(
                "return box.area()", "try:\n        return box.volume()\n    except AttributeError:\n        return 1"
            )
        },
        {"sizes.py": SIZES + "\n\ndef __getattr__(name):\n    return 1\n", "use.py": USE.replace("box.area()", "sizes.SMALL")},
        {"use.py": USE.replace("def main(box: Box)", "def main(sizes)").replace("box.area()", "sizes.SMALL")},
        {
            "p/__init__.py": "",
            "p/functools.py": "X = 1\n",
            "p/m.py": "import functools\n\n\ndef f(g):\n    return functools.cache(g)\n",
        },
    ],
    ids=[
        "of a base class",
        "of a builtin base",
        "an outside base",
        "__getattr__",
        "a subclass has it",
        "set from outside",
        "asked for by name",
        "narrowed",
        "bound again",
        "guarded",
        "a module with __getattr__",
        "a local variable",
        "a standard module with the name of a neighbour",
    ],
)
def test_an_attribute_that_may_exist(findings, after):
    if "class Base(dict)" in after.get("box.py", ""):
        after = {"box.py": BOX.replace("class Base:", "class Base(dict):").replace("return self.width", "return self.items()")}
    assert unknown(findings, {"box.py": BOX, "use.py": USE}, after) == []


def test_an_attribute_that_was_read_before_is_not_reported(findings):
    box = BOX.replace("return self.width", "return self.depth")
    assert unknown(findings, {"box.py": box}, {"box.py": box.replace("return self.depth", "return 2 * self.depth")}) == []

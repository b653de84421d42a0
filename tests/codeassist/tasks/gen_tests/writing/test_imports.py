"""Imports added to an existing test file: names join the statement that is there, the rest goes to its group."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.tasks.gen_tests.writing.imports import with_imports

WIDTH = 60


def added(text: str, *statements: str) -> str:
    new = [node for s in statements for node in ast.parse(s).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(with_imports(text.split("\n"), new, WIDTH))


@pytest.mark.parametrize(
    ("text", "new", "expected"),
    [
        ("from shop import total\n", "from shop import cheapest", "from shop import cheapest, total\n"),
        ("from shop import total, add\n", "from shop import cheapest", "from shop import total, add, cheapest\n"),
        ("from shop import MAX, Cart, add\n", "from shop import Basket, MIN", "from shop import MAX, MIN, Basket, Cart, add\n"),
        ("from . import a\n", "from .b import c", "from . import a\nfrom .b import c\n"),
        (
            "from shop import (\n  total,\n  zero,\n)\n",
            "from shop import cheapest",
            "from shop import (\n  cheapest,\n  total,\n  zero,\n)\n",
        ),
        (
            "from shop import a_rather_long_name, another_long_name\n",
            "from shop import cheapest",
            "from shop import (\n    a_rather_long_name,\n    another_long_name,\n    cheapest,\n)\n",
        ),
        (
            "from shop import total  # noqa\n",
            "from shop import cheapest",
            "from shop import total  # noqa\nfrom shop import cheapest\n",
        ),
        ("import os\n\nimport pytest\n", "import json", "import os\nimport json\n\nimport pytest\n"),
        ("import pytest\n", "import json", "import json\n\nimport pytest\n"),
        ("import os\n\nx = 1\n", "import pytest", "import os\n\nimport pytest\n\nx = 1\n"),
        ('"""Doc."""\nx = 1\n', "import pytest", '"""Doc."""\n\nimport pytest\nx = 1\n'),
        (
            "#!/usr/bin/env python\n# -*- coding: latin-1 -*-\nx = 1\n",
            "import os",
            "#!/usr/bin/env python\n# -*- coding: latin-1 -*-\nimport os\n\nx = 1\n",
        ),
        ("import a; import b\nx = 1\n", "import pytest", "import pytest\n\nimport a; import b\nx = 1\n"),
    ],
)
def test_where_an_import_goes(text, new, expected):
    assert added(text, new) == expected


NAMES = st.lists(
    st.sampled_from(["a", "b", "C", "D_E", "os", "long_name_of_something", "f as g"]), min_size=1, max_size=4, unique=True
)
STATEMENTS = st.one_of(
    st.tuples(st.sampled_from(["shop", "json", ".x", "__future__"]), NAMES).map(
        lambda pair: f"from {pair[0]} import {'annotations' if pair[0] == '__future__' else ', '.join(pair[1])}"
    ),
    st.sampled_from(["import os", "import pytest", "import a.b as c"]),
)


@given(st.lists(STATEMENTS, max_size=5), st.lists(STATEMENTS, max_size=4), st.sampled_from(["", '"""Doc."""\n', "# comment\n"]))
def test_every_import_is_kept_and_every_new_one_is_there(old, new, heading):
    old = sorted(old, key=lambda line: "__future__" not in line)
    text = heading + "\n".join(old) + "\n\n\ndef test():\n    pass\n"
    result = added(text, *new)
    compile(result, "test_x.py", "exec")
    assert bound(result) == bound(text) | bound("\n".join(new))


def bound(text: str) -> set[tuple[str, str, str | None]]:
    found = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            found |= {("." * node.level + (node.module or ""), a.name, a.asname) for a in node.names}
        elif isinstance(node, ast.Import):
            found |= {("", a.name, a.asname) for a in node.names}
    return found

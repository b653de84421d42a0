"""Examples of documents and calls in the repository become inputs, documents and tests first."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeassist.sandbox.target import find_target
from codeassist.tasks.gen_tests.example_calls import blocks, example_calls
from indexers import Index
from tests.conftest import write


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ("```\nf(1)\n```\n", 1),
        ("```json\n[1]\n```\n", 0),
        ("~~~python\nf(1)\n~~~\n", 1),
        ("```py title='x'\nf(1)\n```\n", 1),
        (".. code-block:: python\n   :linenos:\n\n   f(1)\n", 1),
    ],
)
def test_examples_of_a_document(document, count):
    assert len(list(blocks(document))) == count


def test_calls_from_documents_and_tests_come_first(tmp_path):
    root = write(
        tmp_path,
        {
            "words.py": "def slug(text):\n    return text\n",
            "README.md": "# words\n\n```python\nfrom words import slug\n\nslug('fenced')\n```\n\n```\n>>> slug('asked')\n'asked'\n```\n",
            "docs/more.rst": "words\n\n.. code-block:: python\n\n    import words\n    words.slug('directive')\n\nText.\n",
            "docs/other.md": "```python\nslug('of another package')\n```\n",
            "app.py": "from words import slug\n\nslug('app')\n",
            "tests/test_words.py": "from words import slug\n\n\ndef test_it():\n    assert slug('tested') == 'tested'\n",
        },
    )
    target = find_target(str(root / "words.py"), root)
    with Index.build(root) as index:
        calls = example_calls(index, target)
    assert [(call.text, call.origin) for call in calls] == [
        ("slug('asked')", "documentation"),
        ("slug('fenced')", "documentation"),
        ("slug('directive')", "documentation"),
        ("slug('tested')", "call site"),
        ("slug('app')", "call site"),
    ]
    assert example_calls(None, target) == calls


def test_without_an_index_calls_in_environments_and_hidden_folders_are_not_read(tmp_path):
    root = write(
        tmp_path,
        {
            "words.py": "def slug(text):\n    return text\n",
            "app.py": "from words import slug\n\nslug('app')\n",
            "site/pyvenv.cfg": "",
            "site/lib.py": "slug('installed')\n",
            ".hidden/a.py": "slug('hidden')\n",
            "build/a.py": "slug('built')\n",
            "broken.py": "slug('broken'\n",
        },
    )
    calls = example_calls(None, find_target(str(root / "words.py"), root))
    assert [call.text for call in calls] == ["slug('app')"]


@given(st.text(alphabet="`>. \nabslug()'=:python", max_size=200))
def test_any_document_can_be_parsed(text):
    assert all(isinstance(tree, ast.Module) for tree in blocks(text))

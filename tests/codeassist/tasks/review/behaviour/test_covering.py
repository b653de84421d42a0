"""Which test files are run for a change when there are more than can be."""

from __future__ import annotations

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.sandbox.context_cache import ContextCache
from codeassist.sandbox.contexts import FileContexts, TestContext
from codeassist.tasks.review.behaviour import report as reports
from codeassist.tasks.review.behaviour.compare import work_of
from codeassist.tasks.review.behaviour.covering import MOST_FILES, covering_tests, recorded_tests
from tests.conftest import write

INNER = "def _resolved(kind):\n    return kind.generic\n"


def test_among_many_tests_of_a_package_those_with_the_rare_words_of_the_change_come_first(repository):
    tests = {f"tests/test_{n:02}.py": "import shop\n\n\ndef test_it():\n    assert shop\n" for n in range(20)}
    tests["tests/test_17.py"] = "import shop\n\n\ndef test_generics():\n    assert shop.made(generic=1)\n"
    root = repository({"shop/__init__.py": "", "shop/_inner.py": INNER, **tests})
    write(root, {"shop/_inner.py": INNER.replace("kind.generic", "kind.generic or None")})
    change = read_change(root, ChangeSelection())
    (work,) = work_of(change)
    found = covering_tests(change, None, work)
    assert found[0] == "tests/test_17.py"
    assert len(found) == MOST_FILES


def test_the_tests_of_a_method_are_those_that_name_its_class(repository):
    tests = {f"tests/test_{n:02}.py": "import shop\n\n\ndef test_it():\n    assert shop.run()\n" for n in range(20)}
    tests["tests/test_18.py"] = "import shop\n\n\ndef test_cart():\n    assert shop.Cart().run()\n"
    tests["tests/helpers.py"] = "import shop\n\n\ndef ran():\n    return shop.run()\n"
    tests["tests/test_03.py"] = "from tests.helpers import ran\n\n\ndef test_it():\n    assert ran()\n"
    source = "class Cart:\n    def run(self):\n        return 1\n"
    root = repository({"shop/__init__.py": "", "shop/_inner.py": source, **tests})
    write(root, {"shop/_inner.py": source.replace("1", "2")})
    change = read_change(root, ChangeSelection())
    (work,) = work_of(change)
    assert covering_tests(change, None, work)[0] == "tests/test_18.py"


def test_tests_that_name_the_function_and_then_those_that_name_its_public_callers_come_first(repository):
    tests = {f"tests/test_{n:02}.py": "from shop import db\n\n\ndef test_it():\n    assert db.opened()\n" for n in range(20)}
    tests["tests/test_16.py"] = "from shop import db\n\n\ndef test_sql():\n    assert db.transform('x')\n"
    tests["tests/test_18.py"] = "from shop import db\n\n\ndef test_quote():\n    assert db.quoted('x')\n"
    source = (
        "def quoted(text):\n    return repr(text)\n\n\ndef _inner(text):\n    return quoted(text)\n\n\n"
        "def transform(text):\n    return _inner(text)\n\n\ndef opened():\n    return True\n"
    )
    root = repository({"shop/__init__.py": "", "shop/db.py": source, **tests})
    write(root, {"shop/db.py": source.replace("repr(text)", "repr(text)[1:]")})
    change = read_change(root, ChangeSelection())
    (work,) = work_of(change)
    assert covering_tests(change, None, work)[:2] == ["tests/test_18.py", "tests/test_16.py"]


def test_the_line_says_which_test_files_were_not_run():
    tests = reports.TestReport(ran=5, files=["tests/test_a.py"], left_out=["tests/test_b.py", "tests/test_c.py"])
    (line,) = reports.BehaviourReport(tests=tests).lines
    assert line == (
        "5 covering tests ran on the new code, 0 of them fail only there; of 3 test files that may reach it, 1 was run; "
        "not run: tests/test_b.py, tests/test_c.py"
    )
    assert tests.as_json()["files_not_run"] == ["tests/test_b.py", "tests/test_c.py"]


def test_files_whose_tests_were_seen_to_call_what_changed(repository, tmp_path):
    test = "from shop import run\n\n\ndef test_it():\n    run()\n"
    names = ["tests/test_a.py", "tests/test_b.py", "tests/test_c.py", "tests/test_d.py"]
    root = repository({"shop.py": INNER, **dict.fromkeys(names, test)})
    kept = ContextCache(tmp_path / "contexts.json", root)
    for name, called, count in zip(names, ("_other", "_resolved", "_resolved", "_resolved"), (1, 1, 2, 1), strict=True):
        tests = {f"{name}::test_{n}": TestContext("passed", 0.1, {"shop.py": [called]}) for n in range(count)}
        kept.put(name, FileContexts(tests))
    kept.save()
    write(root, {"shop.py": INNER.replace("kind.generic", "kind.generic or None"), "tests/test_d.py": test + "\n\nX = 1\n"})
    (work,) = work_of(read_change(root, ChangeSelection()))
    assert recorded_tests(tmp_path / "contexts.json", root, work) == ["tests/test_c.py", "tests/test_b.py"]
    assert recorded_tests(tmp_path / "none.json", root, work) == []

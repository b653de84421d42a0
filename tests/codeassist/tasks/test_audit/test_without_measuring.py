"""What an audit reads and says where nothing can be measured: each file once, and no weakness that was not seen."""

from __future__ import annotations

import importlib
from collections import Counter

import pytest

from codeassist.sandbox.contexts import FileContexts, TestContext
from codeassist.tasks.test_audit import TestAuditContext, TestAuditRequest, run
from indexers.files.reading import read_text
from tests.codeassist.tasks.test_audit.conftest import SHOP, TESTS
from tests.conftest import git, write


class Unable:
    """A bench that knows what the tests call, and can try nothing."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def unknown(self, files):
        return list(files)

    def contexts(self, files, seconds, *, stale):
        names = [line[4:-3] for line in TESTS.splitlines() if line.startswith("def ")]
        tests = {f"{files[0]}::{name}": TestContext("passed", 0.0, {"shop.py": ["price"]}) for name in names}
        return {files[0]: FileContexts(tests)}, ""

    def measure(self, module, tests, first, seconds):
        return "no pytest"


@pytest.fixture
def reads(monkeypatch):
    """How often each file is read."""
    counts = Counter()

    def counted(path, **options):
        counts[path.name] += 1
        return read_text(path, **options)

    for module in ("files", "selecting"):
        monkeypatch.setattr(importlib.import_module(f"codeassist.tasks.test_audit.{module}"), "read_text", counted)
    return counts


def test_a_helper_is_read_once_for_all_tests_beside_it(repository, reads):
    tests = {f"tests/test_{n}.py": "from helper import same\n\ndef test_it():\n    same(1)\n" for n in range(5)}
    write(repository, tests | {"tests/helper.py": "def same(value):\n    assert value == 1\n"})
    result = run(TestAuditRequest((str(repository / "tests"),)), TestAuditContext(repository, None))
    assert reads["helper.py"] == 1
    assert not [w for w in result.weaknesses if w.kind == "asserts-nothing"]


@pytest.mark.parametrize(("seconds", "read"), [(60.0, 1), (1e-9, 0)])
def test_which_tests_are_recorded_first_is_found_within_the_time_and_from_imports(repository, reads, seconds, read):
    write(repository, {"tests/test_z.py": "import os\n", "tests/helper.py": "x = 1\n"})
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "More")
    write(repository, {"shop.py": SHOP.replace("2 * amount", "3 * amount")})
    request = TestAuditRequest((str(repository / "tests"),), changed=True, seconds=seconds)
    run(request, TestAuditContext(repository, Unable))
    assert (reads["test_z.py"], reads["helper.py"]) == (read, 1)


def test_what_was_not_measured_is_no_weakness(repository):
    result = run(TestAuditRequest((str(repository / "tests"),)), TestAuditContext(repository, Unable))
    assert (result.weaknesses, result.incomplete) == ([], ["shop.py: no pytest"])

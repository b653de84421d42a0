"""What code says where an optional package is missing becomes no test: it says something else where the package is."""

from __future__ import annotations

from codeassist.tasks.gen_tests.search_engine.running.optional import missing_packages, names_missing
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate

SOURCE = """
try:
    import surely_absent.parts
    from also_absent import thing
except ImportError:
    surely_absent = None

try:
    import json
except ImportError:
    json = None

try:
    size = int("3")
except ValueError:
    import never_tried


def needed(name: str) -> str:
    if surely_absent is None:
        raise NotImplementedError(f"Do you have surely_absent installed? {name} needs it")
    return name


def checked(name: str) -> str:
    if not name:
        raise ValueError("no name")
    return name
"""


def test_the_packages_that_a_module_handles_the_absence_of(bench_of):
    bench = bench_of(SOURCE)
    assert bench.missing == missing_packages("subject") == ("surely_absent", "also_absent")
    assert bench.run(Candidate("needed", (), "needed('a')")).bad == "says that a package is missing"
    assert bench.run(Candidate("checked", (), "checked('')")).bad == ""


def test_a_module_without_such_has_none(bench_of):
    assert bench_of("import json\n\n\ndef f():\n    return 1\n").missing == ()


def test_a_message_names_a_package_as_a_word():
    assert names_missing("Install Crypto first", ["crypto"])
    assert not names_missing("cryptography is there", ["crypto"])
    assert not names_missing("anything", [])

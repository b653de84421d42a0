"""The tool `check_tests`: what it finds by reading, and by running where the user agreed."""

from __future__ import annotations

import pytest

pytest.importorskip("mcp")

from codeassist.mcp.server import make_server
from codeassist.repositories import Repositories
from tests.codeassist.mcp.test_server import talk
from tests.conftest import git, write

SHOP = "def price(amount):\n    return 2 * amount\n"
TESTS = """from shop import price


def test_nothing():
    price(3)


def test_kind():
    assert isinstance(price(1), object)
"""


@pytest.fixture
def tree(tmp_path):
    root = write(tmp_path / "p", {"shop.py": SHOP, "tests/test_shop.py": TESTS})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    return root


@pytest.fixture
def served(tree):
    repositories = Repositories([tree])
    yield make_server(repositories)
    repositories.close()


def kinds(found):
    return {w["test"]: w["kind"] for w in found.structured_content["weaknesses"]}


def test_an_untrusted_repository_is_read_and_not_run(served, tree, tmp_path):
    write(tree, {"tests/test_shop.py": f"open({str(tmp_path / 'ran')!r}, 'w')\n{TESTS}"})
    (found,) = talk(served, ("check_tests", {"scope": "tests"}))
    assert kinds(found) == {"test_nothing": "asserts-nothing"}
    assert "codeassist trust" in found.structured_content["incomplete"][0]
    assert "codeassist trust" in found.content[0].text
    assert not (tmp_path / "ran").exists()


def test_a_trusted_repository_is_run_on_faulty_code(served, tree, run):
    run("trust", cwd=tree)
    write(tree, {"shop.py": SHOP + "\n\ndef rate():\n    return 7\n"})
    whole, change = talk(served, ("check_tests", {"scope": "tests/test_shop.py"}), ("check_tests", {}))
    assert kinds(whole) == {"test_nothing": "asserts-nothing", "test_kind": "kills-nothing"}
    assert "faults tried in 1 module" in whole.content[0].text
    assert "shop.py:6: changed, and no test runs it" in change.content[0].text


def test_nothing_outside_is_audited(served, tree, tmp_path):
    outside = write(tmp_path / "outside", {"test_secret.py": TESTS})
    (tree / "tests" / "test_link.py").symlink_to(outside / "test_secret.py")
    (tree / "tests" / "linked").symlink_to(outside)
    above, linked, folder, unknown, option = talk(
        served,
        ("check_tests", {"scope": "../outside"}),
        ("check_tests", {"scope": "tests/linked"}),
        ("check_tests", {"scope": "tests"}),
        ("check_tests", {"scope": "no-such-revision"}),
        ("check_tests", {"scope": "--output=/tmp/x"}),
    )
    assert above.is_error
    assert linked.is_error
    assert {w["path"] for w in folder.structured_content["weaknesses"]} == {"tests/test_shop.py"}
    assert unknown.is_error
    assert option.is_error
    assert "no-such-revision" in unknown.content[0].text

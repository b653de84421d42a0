"""Reports are kept by what they depend on: the change, the commit, the programs, and the environment."""

from __future__ import annotations

from codeassist.changes.reading import ChangeSelection, read_change
from codeassist.tasks.review.behaviour.cache import key_of
from tests.conftest import write


def test_a_package_that_is_installed_into_the_environment_changes_the_key(repository):
    root = write(repository({"m.py": "x = 1\n", ".gitignore": ".venv\n"}), {"m.py": "x = 2\n"})
    write(root, {".venv/bin/python": "", ".venv/lib/python3.12/site-packages/one.py": ""})
    change = read_change(root, ChangeSelection())

    def key():
        return key_of(root, change, [], None, [8.0])

    first = key()
    assert key() == first
    write(root, {".venv/lib/python3.12/site-packages/two.py": ""})
    assert key() != first
    assert key_of(root, change, [], "/usr/bin/python3", [8.0]) not in (first, key())

"""ESLint: the project's own, only if it may run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codeassist.tasks.review.analysers.linters.conftest import findings_of
from tests.conftest import write

TOOLCHAINS = Path(__file__).parents[5] / "toolchains" / "node_modules"


@pytest.mark.skipif(not (TOOLCHAINS / "eslint").is_dir(), reason="npm install --prefix tests/toolchains was not run")
def test_eslint_of_the_project_only_if_it_is_allowed(repository):
    settings = 'export default [{rules: {"no-unused-vars": "error", "no-debugger": "warn"}}];\n'
    root = repository({"a.js": "var old = 1;\n", "eslint.config.mjs": settings, ".gitignore": "node_modules\n"})
    (root / "node_modules").symlink_to(TOOLCHAINS)
    write(root, {"a.js": "var old = 1;\nvar fresh = 2;\ndebugger;\n"})
    assert findings_of(root, "eslint/") == [
        ("eslint/no-unused-vars", "warning", "a.js", 2),
        ("eslint/no-debugger", "note", "a.js", 3),
    ]
    assert findings_of(root, "eslint/", project_tools=False) == []

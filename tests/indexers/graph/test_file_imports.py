"""Which files import which."""

from __future__ import annotations

from indexers import Index
from tests.conftest import write


def test_imports_lead_to_files_where_the_language_is_resolved(tmp_path):
    root = write(
        tmp_path,
        {
            "app/__init__.py": "from .views import index\n",
            "app/views.py": "import os\nfrom lib import store, missing\nimport lib.store as again\n",
            "lib/__init__.py": "",
            "lib/store.py": "value = 1\n",
            "web/main.ts": "import { draw } from './draw';\nimport React from 'react';\n",
            "web/draw.ts": "export function draw(): void {}\n",
            "rust/a.rs": "use crate::b;\nfn a() {}\n",
        },
    )
    with Index.build(root) as index:
        imports = index.file_imports()
    assert [pair for pair in imports if pair[0] != "app/views.py"] == [
        ("app/__init__.py", "app/views.py"),
        ("web/main.ts", "web/draw.ts"),
    ]
    assert ("app/views.py", "lib/store.py") in imports
    assert {target.partition("/")[0] for source, target in imports if source == "app/views.py"} == {"lib"}

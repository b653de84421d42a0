"""What a map says above the files: entry points, folders and what they use, main types."""

from __future__ import annotations

import pytest

from codeassist.tasks.map import Entry, make_map
from indexers import Index
from tests.conftest import write


@pytest.fixture
def mapped(tmp_path):
    """The map of a repository with these files."""
    opened = []

    def make(files, **how):
        opened.append(Index.build(write(tmp_path / f"r{len(opened)}", files)))
        return make_map(opened[-1], **how)

    yield make
    for index in opened:
        index.close()


def test_the_packages_of_a_workspace_declare_commands_and_libraries(mapped):
    made = mapped(
        {
            "package.json": '{"name": "all", "private": true}',
            "packages/tool/package.json": '{"name": "tool", "bin": {"tool": "./bin/cli.js"}, "main": "./dist/index.js"}',
            "packages/tool/bin/cli.js": "require('../src/index.ts').run();\n",
            "packages/tool/src/index.ts": "export function run(): void {}\n",
            "crates/store/Cargo.toml": '[package]\nname = "store"\ndescription = "Keeps things"\n[[bin]]\nname = "keep"\n',
            "crates/store/src/lib.rs": "pub struct Store { size: u32 }\n",
            "crates/store/src/bin/keep.rs": "fn main() {}\n",
            "deep/er/than/that/package.json": '{"name": "fixture", "bin": "x.js"}',
            "deep/er/than/that/x.js": "run();\n",
        }
    )
    assert made.entry_points == [
        Entry("crates/store/src/bin/keep.rs", "command keep"),
        Entry("packages/tool/bin/cli.js", "command tool"),
        Entry("crates/store/src/lib.rs", "library store"),
        Entry("packages/tool/src/index.ts", "main module of tool"),
    ]


def test_the_script_of_a_page_and_a_library_that_is_built_elsewhere(mapped):
    made = mapped(
        {
            "app/package.json": '{"name": "app"}',
            "app/index.html": '<body><script type="module" src="/index.tsx"></script><script src="https://e.example/a.js"></script>',
            "app/index.tsx": "export function start(): void {}\n",
            "kit/package.json": '{"name": "@x/kit", "main": "./dist/prod/index.js"}',
            "kit/index.tsx": "export function kit(): void {}\n",
        }
    )
    assert made.entry_points == [
        Entry("app/index.tsx", "script of app/index.html"),
        Entry("kit/index.tsx", "main module of @x/kit"),
    ]


def test_a_command_of_setup_cfg_and_a_manifest_that_cannot_be_read(mapped):
    setup = "[options.entry_points]\nconsole_scripts =\n    tool = tool.cli:main\n    gone = tool.gone:main\n"
    made = mapped({"setup.cfg": setup, "tool/__init__.py": "", "tool/cli.py": "def main():\n    return 1\n"})
    assert made.entry_points == [Entry("tool/cli.py", "command tool", "main")]
    assert mapped({"setup.cfg": "no section\n", "a.py": "def f():\n    return 1\n"}).entry_points == []


def test_a_haskell_program_is_an_entry_point(mapped):
    cabal = "name: check\n\nlibrary\n    hs-source-dirs: src\n\nexecutable check\n    build-depends:\n      base\n\n    main-is: check.hs\n"
    made = mapped({"check.cabal": cabal, "check.hs": "module Main where\nmain :: IO ()\nmain = print 1\n"})
    assert made.entry_points == [Entry("check.hs", "command check")]


@pytest.mark.parametrize("manifest", ['{"name": ', "[]", '{"bin": [1], "main": 3, "dependencies": 7}'])
def test_a_manifest_that_is_not_one_says_nothing(mapped, manifest):
    made = mapped(
        {"package.json": manifest, "pyproject.toml": "[project\n", "Cargo.toml": "bin = 3\n", "a.js": "function f() {}\n"}
    )
    assert made.entry_points == []


def test_a_folder_is_described_by_its_manifest_or_the_prose_of_its_readme(mapped):
    badges = "# Queue\n\n[![Build](https://b.example/x.svg)](\nhttps://b.example/actions)\n<img src='x'>\n\n"
    code = "pub fn push(value: u32) -> u32 { value }\n"
    made = mapped(
        {
            "queue/README.md": f"{badges}Concurrent queues that [many](https://e.example)\nthreads share, as <https://e.example> says. More.\n",
            "queue/src/lib.rs": code,
            "stack/Cargo.toml": '[package]\nname = "stack"\ndescription = "Stacks of\\n  things"\n',
            "stack/README.md": "Something else that is long enough.\n",
            "stack/src/lib.rs": "//! Not this.\n" + code,
            "tree/src/lib.rs": "// Copyright\n\n//! Trees with few levels,\n//! and many leaves. More.\n\n" + code,
            "store/doc.go": "// Package store keeps what is\n// paid for. More.\n//\n// And more.\npackage store\n",
            "list/README.md": "# List\n\n* one - of several entries of a list\n\nWhat the list is good for.\n",
            "list/a.py": "def one():\n    return 1\n",
            ".hidden/tool.py": "def tool():\n    return 1\n",
        }
    )
    assert {folder.path: folder.about for folder in made.folders} == {
        "queue": "Concurrent queues that many threads share, as <https://e.example> says.",
        "stack": "Stacks of things",
        "tree": "Trees with few levels, and many leaves.",
        "store": "store keeps what is paid for.",
        "list": "What the list is good for.",
    }


def test_folders_name_those_that_they_import_or_need(mapped):
    made = mapped(
        {
            "app/__init__.py": "",
            "app/views.py": "from lib.store import Store\nimport json\n\n\ndef view():\n    return Store()\n",
            "lib/__init__.py": "",
            "lib/store.py": "class Store:\n    def view(self):\n        return 1\n",
            "lib/test_store.py": "from app import views\n\n\ndef test_view():\n    assert views.view()\n",
            "one/Cargo.toml": '[package]\nname = "one"\n[dependencies]\ntwo = { path = "../two" }\nserde = "1"\n',
            "one/src/lib.rs": "pub fn first() -> u32 { 1 }\n",
            "two/Cargo.toml": '[package]\nname = "two"\n',
            "two/src/lib.rs": "pub fn second() -> u32 { first() }\n",
        }
    )
    assert {folder.path: folder.uses for folder in made.folders} == {"app": ("lib",), "lib": (), "one": ("two",), "two": ()}
    assert made.as_json()["folders"][0]["uses"] == ("lib",)


def test_main_types_are_the_used_ones_and_not_all_of_one_file(mapped):
    records = "".join(f"class Record{n}:\n    a = 1\n    b = 2\n\n\n" for n in range(6))
    uses = "".join(f"    Record{n}()\n" for n in range(6))
    made = mapped(
        {
            "records.py": records + "class _Hidden:\n    a = 1\n    b = 2\n",
            "engine.py": 'class Engine:\n    """Runs."""\n\n    def run(self):\n        return 1\n\n\nclass EngineError(Exception):\n    a = 1\n    b = 2\n',
            "main.py": f"from engine import Engine\nfrom records import *\n\n\ndef main():\n    Engine()\n    Engine()\n{uses}",
            "test_main.py": "class Fake:\n    a = 1\n    b = 2\n",
        }
    )
    names = [kind.qualified_name for kind in made.types]
    assert names[0] == "Engine"
    assert sum(name.startswith("Record") for name in names) == 3
    assert not {"_Hidden", "Fake"} & set(names)
    assert made.as_json()["types"][0] == {"path": "engine.py", "line": 1, "name": "Engine", "kind": "class"}


def test_the_overview_keeps_its_share_of_the_budget(mapped):
    files = {f"p{n:02}/m.py": f'class Thing{n}:\n    """T."""\n    a = 1\n\n\nThing{n}()\n' for n in range(30)}
    small = mapped(files, tokens=100)
    assert len(small.folders) < len(mapped(files, tokens=2000).folders)
    assert small.files

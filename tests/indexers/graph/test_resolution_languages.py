"""Uses in TypeScript, Go and Java are resolved through imports, receivers and declared types."""

from __future__ import annotations

import pytest

from tests.indexers.graph.conftest import uses


def test_script_uses_have_their_kinds(built):
    source = (
        "import { Button, track } from './button';\n\nconst table = { click: track };\n\n"
        "export function Page() {\n  useEffect(track);\n  return <Button on={track} />;\n}\n"
    )
    index = built({"button.tsx": "export function Button() {}\nexport function track() {}\n", "page.tsx": source})
    assert uses(index, "Button") == [("page.tsx", 7, "jsx"), ("page.tsx", 1, "import")]
    assert {(line, kind) for _, line, kind in uses(index, "track")} == {
        (1, "import"),
        (3, "entry"),
        (6, "argument"),
        (7, "value"),
    }


def test_function_values_of_go(built):
    source = "package a\n\nfunc handle() {}\n\nfunc run() {\n\tregister(handle)\n\tf := handle\n\tf()\n}\n\nfunc register(f func()) {}\n"
    index = built({"a.go": source})
    assert ("a.go", 6, "argument") in uses(index, "handle")
    assert ("a.go", 7, "value") in uses(index, "handle")


SCRIPT = {
    "constructed": "import { Store } from './store';\nconst s = new Store();\ns.find(1);\n",
    "annotated": "import type { Store } from './store';\nexport function f(s: Store) {\n  s.find(1);\n}\n",
    "field": "import { Store } from './store';\nclass A {\n  private s: Store;\n  f() {\n    this.s.find(1);\n  }\n}\n",
    "parameter": "import { Store } from './store';\nclass A {\n  constructor(private s: Store) {}\n  f() {\n    this.s.find(1);\n  }\n}\n",
    "inherited": "import { Store } from './store';\nclass A extends Store {\n  f() {\n    this.find(1);\n  }\n}\n",
    "namespace": "import * as all from './store';\nnew all.Store().find(1);\n",
    "arrow": "import { Store } from './store';\nexport const f = async (s: Promise<Store>) => (await s).find(1) ?? run((s: Store) => s.find(1));\n",
}


@pytest.mark.parametrize("source", SCRIPT.values(), ids=SCRIPT)
def test_receivers_of_typescript(built, source):
    store = "export class Store {\n  find(key: number) {\n    return key;\n  }\n}\n"
    index = built({"store.ts": store, "user.ts": source})
    line = next(number for number, text in enumerate(source.splitlines(), 1) if "find(" in text)
    assert uses(index, "Store.find") == [("user.ts", line, "call")]


def test_receivers_of_go(built):
    index = built(
        {
            "go.mod": "module example.com/shop\n",
            "store/store.go": "package store\n\ntype Store struct{}\n\nfunc New() *Store { return &Store{} }\n\nfunc (s *Store) Find(k int) int {\n\treturn s.find(k)\n}\n\n"
            "func (s *Store) find(k int) int { return k }\n",
            "main.go": 'package main\n\nimport "example.com/shop/store"\n\ntype App struct {\n\tstore *store.Store\n}\n\n'
            "func (a *App) Run() {\n\ta.store.Find(1)\n}\n\nfunc main() {\n\ts := store.New()\n\ts.Find(2)\n}\n",
        }
    )
    assert uses(index, "Store.Find") == [("main.go", 10, "call"), ("main.go", 15, "call")]
    assert uses(index, "Store.find") == [("store/store.go", 8, "call")]


def test_receivers_of_java(built):
    index = built(
        {
            "src/main/java/a/Store.java": "package a;\n\npublic class Store {\n  int find(int k) {\n    return k;\n  }\n}\n",
            "src/main/java/b/App.java": "package b;\n\nimport a.Store;\n\nclass App extends Store {\n  private Store store;\n\n  void run(Store other) {\n"
            "    store.find(1);\n    other.find(2);\n    find(3);\n    var made = new Store();\n    made.find(4);\n  }\n}\n",
        }
    )
    assert [line for _, line, _ in uses(index, "Store.find")] == [9, 10, 11, 13]


@pytest.mark.parametrize("results", ["*Box", "(*Box, error)", "(b *Box)", "(b *Box, err error)", "(a, b *Box)"])
def test_the_first_result_of_a_go_function_is_what_it_makes(built, results):
    code = f"package a\n\ntype Box struct{{}}\n\nfunc (b *Box) Open() {{}}\n\nfunc setup(n int) {results} {{ panic(n) }}\n\n"
    index = built({"a.go": f"{code}func use() {{\n\tbox := setup(1)\n\tbox.Open()\n}}\n"})
    assert uses(index, "Box.Open") == [("a.go", 11, "call")]


def test_types_of_one_declaration_are_definitions_of_their_own(built):
    code = "package a\n\ntype Option interface {\n\tApply() error\n}\n\ntype (\n\t// A is one.\n\tA int\n\tB struct {\n\t\tx int\n\t}\n)\n\n"
    methods = "func (a A) Apply() error { return nil }\n\nfunc (b *B) Apply() error { return nil }\n"
    index = built({"a.go": code + methods})
    found = [(d.name, d.line, d.end_line, d.documentation) for name in "AB" for d in index.definitions(name) if d.name == name]
    assert found == [("A", 9, 9, "A is one."), ("B", 10, 12, "")]
    assert [d.name for d in index.implementations("Option")] == ["A", "B"]


PRIVATE = (
    "export class Queue {\n  #size = 0;\n\n  add() {\n    this.#start();\n    this.#start();\n  }\n\n"
    "  #start() {\n    this.#size += 1;\n    return this.#size;\n  }\n}\n"
)


@pytest.mark.parametrize("name", ["a.ts", "a.js"])
@pytest.mark.parametrize("asked", ["#start", "start", "Queue.#start", "Queue.start"])
def test_uses_of_private_members_are_found(built, name, asked):
    index = built({name: PRIVATE})
    assert uses(index, asked) == [(name, 5, "call"), (name, 6, "call")]
    assert [(d.name, d.line) for d in index.definitions(asked, 5)][:1] == [("start", 9)]


def test_java_tells_fields_from_methods_and_classes_from_constructors(built):
    index = built(
        {
            "src/main/java/a/Part.java": "package a;\n\npublic class Part {\n  public Part(int size) {}\n\n  public void done() {}\n\n"
            "  static Part of() {\n    return new Part(1);\n  }\n}\n",
            "src/main/java/a/Wide.java": "package a;\n\npublic class Wide extends Part {\n  Part map;\n\n  Part map() {\n    return map;\n  }\n\n"
            "  void run() {\n    map.done();\n    map().done();\n    take(map);\n  }\n\n  Part of() {\n    return new Part(2);\n  }\n}\n",
        }
    )
    wide = "src/main/java/a/Wide.java"
    assert uses(index, "Part.done") == [(wide, 11, "call"), (wide, 12, "call")]
    assert uses(index, "Wide.map") == [(wide, 12, "call")]
    calls = [("src/main/java/a/Part.java", 9, "call"), (wide, 17, "call")]
    assert [use for use in uses(index, "Part.Part") if use[2] == "call"] == calls
    assert [use for use in uses(index, "Part") if use[2] == "call"] == calls


def test_go_calls_a_method_on_a_composite_literal(built):
    source = "package a\n\ntype Box struct{ n int }\n\nfunc (b Box) Open() int { return b.n }\n\nvar x = Box{n: 1}.Open()\n"
    assert uses(built({"a.go": source}), "Box.Open") == [("a.go", 7, "call")]


def test_private_names_of_a_script_are_not_matched_in_other_files(built):
    files = {
        "ky.ts": "export class Ky {\n  #retry() {}\n\n  run(other: Ky) {\n    other.#retry();\n  }\n}\n",
        "user.ts": "export function f(ky) {\n  ky.retry();\n}\n",
    }
    assert [(u.path, u.line) for u in built(files).callers("Ky.retry")] == [("ky.ts", 5)]

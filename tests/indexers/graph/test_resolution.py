"""Uses are resolved through imports, receivers and base classes; what is known to be outside belongs to nothing."""

from __future__ import annotations

import pytest

from tests.indexers.graph.conftest import uses

STORE = "class Store:\n    def get(self, key):\n        return key\n"


PYTHON_RECEIVERS = {
    "self": "from store import Store\n\n\nclass Own(Store):\n    def run(self):\n        return self.get(1)\n",
    "super": "from store import Store\n\n\nclass Own(Store):\n    def get(self, key):\n        return super().get(key)\n",
    "constructed": "from store import Store\n\n\ndef run():\n    store = Store()\n    return store.get(1)\n",
    "at once": "from store import Store\n\n\ndef run():\n    return Store().get(1)\n",
    "annotated": "from store import Store\n\n\ndef run(store: 'Store | None'):\n    return store.get(1)\n",
    "alias": "import store as s\n\n\ndef run():\n    x = s.Store()\n    return x.get(1)\n",
    "attribute": "from store import Store\n\n\nclass A:\n    def __init__(self, store: Store):\n        self.store = store\n\n"
    "    def run(self):\n        return self.store.get(1)\n",
    "result": "from store import Store\n\n\ndef make() -> Store:\n    ...\n\n\ndef run():\n    return make().get(1)\n",
    "element": "from store import Store\n\n\ndef run(stores: list[Store]):\n    for one in stores:\n        one.get(1)\n",
    "with": "from store import Store\n\n\ndef run():\n    with Store() as store:\n        return store.get(1)\n",
    "property": "from store import Store\n\n\nclass A:\n    @property\n    def store(self) -> Store:\n        return Store()\n\n"
    "    def run(self):\n        return self.store.get(1)\n",
    "item set": "from store import Store\n\n\ndef run(store: Store):\n    store.items[1], store.size = 2, 3\n    store.items[0] = 1\n"
    "    return store.get(1)\n",
    "parameters of a class": "from store import Store\n\n\nclass A:\n    def __init__(self):\n        self.store = Store[int]()\n\n"
    "    def run(self):\n        return self.store.get(1)\n",
    "pair": "from store import Store\n\n\ndef run():\n    a, b = 1, Store()\n    return b.get(1)\n",
}


@pytest.mark.parametrize("source", PYTHON_RECEIVERS.values(), ids=PYTHON_RECEIVERS)
def test_receivers_of_python(built, source):
    index = built({"store.py": STORE, "user.py": source})
    line = next(number for number, text in enumerate(source.splitlines(), 1) if ".get(" in text)
    assert uses(index, "Store.get") == [("user.py", line, "call")]
    assert index.callers("Store.get")[0].target == "Store.get"


HOLDERS = {
    "attribute": "from store import Store\n\n\nclass Holder:\n    def __init__(self, store: Store):\n        self.store = store\n",
    "field": "from store import Store\n\n\nclass Holder:\n    store: Store\n    size: int = 0\n",
}


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
def test_members_that_only_other_files_use(built, holder):
    user = "from holder import Holder\n\n\ndef run(holder: Holder):\n    return holder.store.get(1)\n"
    index = built({"store.py": STORE, "holder.py": holder, "user.py": user})
    assert uses(index, "Store.get") == [("user.py", 5, "call")]


def test_members_that_only_other_files_of_go_and_typescript_use(built):
    index = built(
        {
            "store.go": "package a\n\ntype Store struct{}\n\nfunc (s *Store) Get() int { return 1 }\n",
            "holder.go": "package a\n\ntype Holder struct {\n\tstore *Store\n}\n",
            "user.go": "package a\n\nfunc run(h *Holder) int {\n\treturn h.store.Get()\n}\n",
            "store.ts": "export class Shelf {\n  take(): number {\n    return 1\n  }\n}\n",
            "holder.ts": "import { Shelf } from './store'\n\nexport class Keeper {\n  constructor(readonly shelf: Shelf) {}\n}\n",
            "user.ts": "import { Keeper } from './holder'\n\nexport function run(k: Keeper) {\n  return k.shelf.take()\n}\n",
        }
    )
    assert uses(index, "Store.Get") == [("user.go", 4, "call")]
    assert uses(index, "Shelf.take") == [("user.ts", 4, "call")]


OUTSIDE = {
    "a.py": "import json\n\n\ndef f(d: dict, xs: list[str]):\n    d.get(1)\n    {}.get(1)\n    xs.get(1)\n    json.get(1)\n    ''.get(1)\n",
    "a.ts": "export function f(x: unknown) {\n  Array.get(x);\n  JSON.get('1');\n  [1].get(2);\n}\n",
    "a.go": 'package a\n\nimport "net/http"\n\nfunc f(w http.ResponseWriter) {\n\tw.get(1)\n\thttp.get(2)\n}\n',
    "A.java": "import java.util.Map;\n\nclass A {\n  void f(Map<String, String> m, String s) {\n    m.get(1);\n    s.get(2);\n  }\n}\n",
}
DEFINED = {
    "py": STORE,
    "ts": "export class Store {\n  get(key: number) {\n    return key;\n  }\n}\n",
    "go": "package a\n\ntype Store struct{}\n\nfunc (s *Store) get(key int) int {\n\treturn key\n}\n",
    "java": "class Store {\n  int get(int key) {\n    return key;\n  }\n}\n",
}


@pytest.mark.parametrize("path", OUTSIDE)
def test_what_is_outside_belongs_to_nothing(built, path):
    ending = path.rpartition(".")[2]
    index = built({f"Store.{ending}": DEFINED[ending], path: OUTSIDE[path]})
    assert index.callers("get", kinds=("call",)) == []
    assert all(target is None for _, target in index.callees("f"))


def test_an_unknown_receiver_is_matched_by_name_and_comes_last(built):
    source = "from store import Store\n\n\ndef run(other):\n    other.get(1)\n    Store().get(2)\n"
    index = built({"store.py": STORE, "user.py": source})
    assert [(u.line, u.resolution) for u in index.callers("get")] == [(6, "resolved"), (5, "by name")]


def test_a_qualified_name_heeds_the_class(built):
    source = (
        "class A:\n    def run(self):\n        pass\n\n\nclass B:\n    def run(self):\n        pass\n\n\nA().run()\nB().run()\n"
    )
    index = built({"a.py": source})
    assert uses(index, "A.run") == [("a.py", 11, "call")]
    assert uses(index, "B.run") == [("a.py", 12, "call")]
    assert len(uses(index, "run")) == 2


def test_a_name_that_is_bound_again_has_its_new_value_from_there_on(built):
    source = (
        "class A:\n    def run(self):\n        pass\n\n\nclass B:\n    def run(self):\n        pass\n\n\n"
        "def both():\n    x = A()\n    x.run()\n    x = B()\n    x.run()\n"
    )
    index = built({"a.py": source})
    assert uses(index, "A.run") == [("a.py", 13, "call")]
    assert uses(index, "B.run") == [("a.py", 15, "call")]


def test_an_inherited_member_is_found_under_the_class_that_inherits(built):
    index = built({"store.py": STORE, "own.py": "from store import Store\n\n\nclass Own(Store):\n    pass\n\n\nOwn().get(1)\n"})
    assert uses(index, "Own.get") == uses(index, "Store.get") == [("own.py", 8, "call")]


def test_imports_tell_functions_of_one_name_apart(built):
    index = built(
        {
            "one.py": "def load():\n    pass\n",
            "two.py": "def load():\n    pass\n",
            "pkg/__init__.py": "from one import load\n",
            "user.py": "from two import load as read\nimport one\nimport pkg\n\nread()\none.load()\npkg.load()\n",
        }
    )
    found = [(u.path, u.line, u.name) for u in index.callers("load") if u.kind == "call"]
    assert found == [("user.py", 5, "read"), ("user.py", 6, "load"), ("user.py", 7, "load")]


KINDS = """from functools import wraps


def handler():
    pass


class Model:
    pass


@handler
def decorated(model: Model, then=handler) -> Model:
    table = {"a": handler}
    chosen = [handler]
    decorated(handler)
    other = handler
    return other


class Child(Model):
    pass
"""


def test_python_uses_have_their_kinds(built):
    index = built({"a.py": KINDS})
    assert {(u.line, u.kind) for u in index.callers("handler")} == {
        (12, "decorator"),
        (13, "default"),
        (14, "entry"),
        (15, "entry"),
        (16, "argument"),
        (17, "value"),
    }
    assert {(u.line, u.kind) for u in index.callers("Model")} == {(13, "type"), (21, "base")}


def test_a_function_inside_a_function_is_used_where_it_is_passed_on(built):
    code = (
        "def start(group):\n    def renew():\n        return 1\n\n    group.start_soon(renew, name='x')\n    return renew\n\n\n"
    )
    index = built({"a.py": f"{code}def other(group, renew):\n    group.start_soon(renew)\n"})
    assert sorted(uses(index, "renew")) == [("a.py", 5, "argument"), ("a.py", 6, "value")]
    assert uses(index, "renew", "by name") == []


def test_a_member_from_outside_that_subclasses_override_is_matched_by_name(built):
    code = (
        "from collections.abc import MutableMapping\n\n\nclass Cache(MutableMapping):\n    def put(self, key):\n"
        "        self.popitem()\n        self.clear()\n\n\nclass Recent(Cache):\n    def popitem(self):\n        return 1\n\n\n"
        "class Other:\n    def clear(self):\n        return 1\n"
    )
    index = built({"a.py": code})
    assert uses(index, "popitem", "by name") == [("a.py", 6, "call")]
    assert uses(index, "Recent.popitem", "by name") == [("a.py", 6, "call")]
    assert uses(index, "clear", "by name") == []  # `Other` is no cache

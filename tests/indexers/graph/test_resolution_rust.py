"""Uses in Rust: paths, imports and re-exports, methods by the type of the receiver, traits, macros, and tests in the same file."""

from __future__ import annotations

import pytest


def calls(index, name):
    return [(u.path, u.line) for u in index.callers(name, kinds=("call", "argument", "value")) if u.resolution == "resolved"]


STORE = """use std::collections::HashMap;

pub struct Item(pub u32);

impl Item {
    pub fn price(&self) -> u32 { self.0 }
}

pub struct Store {
    items: Vec<Item>,
    by_name: HashMap<String, Item>,
}

impl Store {
    pub fn new() -> Self { Store { items: vec![], by_name: HashMap::new() } }
    pub fn open(path: &str) -> Result<Self, String> { Ok(Self::new()) }
    pub fn find(&self, key: u32) -> Option<&Item> { self.items.first() }
    pub fn is_empty(&self) -> bool { self.items.is_empty() }
}

pub fn is_empty(path: &str) -> bool { path.is_empty() }
"""
LIB = "pub mod store;\nmod other;\npub use store::{Store as Shop, Item};\npub use crate::store::*;\n"

PATHS = {
    "crate": 'fn f() {\n    crate::store::is_empty("");\n}\n',
    "super": 'fn f() {\n    super::store::is_empty("");\n}\n',
    "imported": 'use crate::store::is_empty;\nfn f() {\n    is_empty("");\n}\n',
    "alias": 'use crate::store::{self as s, is_empty as none};\nfn f() {\n    none("");\n}\n',
    "module": 'use crate::store::{self};\nfn f() {\n    store::is_empty("");\n}\n',
    "glob": 'use crate::store::*;\nfn f() {\n    is_empty("");\n}\n',
    "re-exported": 'fn f() {\n    crate::is_empty("");\n}\n',
    "in a function": 'fn f() {\n    use crate::store;\n    store::is_empty("");\n}\n',
    "inner module": 'use crate::store;\nmod inner {\n    use super::*;\n    fn f() { store::is_empty(""); }\n}\n',
    "above an inner module": 'mod inner {\n    fn f() { super::super::store::is_empty(""); }\n}\n',
    "argument": "fn f(a: Option<&str>) {\n    a.map(crate::store::is_empty);\n}\n",
    "macro": 'fn f() {\n    assert!(!crate::store::is_empty(""));\n}\n',
}


@pytest.mark.parametrize("source", PATHS.values(), ids=PATHS)
def test_paths_lead_to_a_function_and_not_to_methods_of_its_name(built, source):
    index = built(
        {"Cargo.toml": '[package]\nname = "shop"\n', "src/lib.rs": LIB, "src/store.rs": STORE, "src/other.rs": source}
    )
    line = next(
        number for number, text in enumerate(source.splitlines(), 1) if 'y("' in text or 'none("' in text or "map(" in text
    )
    found = index.callers("is_empty", kinds=("call", "value"))
    assert [(u.path, u.line, u.target) for u in found if u.path == "src/other.rs"] == [("src/other.rs", line, "is_empty")]


RECEIVERS = {
    "constructed": "fn f() {\n    let s = Store::new();\n    s.find(1);\n}\n",
    "constructed or failed": 'fn f() -> Result<(), String> {\n    let mut s = Store::open("a")?;\n    s.find(1);\n}\n',
    "unwrapped": 'fn f() {\n    Store::open("a").unwrap().find(1);\n}\n',
    "parameter": "fn f(s: &mut Store) {\n    s.find(1);\n}\n",
    "optional": "fn f(s: Option<Box<Store>>) {\n    if let Some(s) = s {\n        s.find(1);\n    }\n}\n",
    "matched": "fn f(s: Option<Store>) {\n    match s {\n        Some(x) => x.find(1),\n        None => None,\n    };\n}\n",
    "field": "struct A { s: std::sync::Arc<Store> }\nimpl A {\n    fn f(&self) {\n        self.s.find(1);\n    }\n}\n",
    "new type": "struct A(Store);\nimpl A {\n    fn f(&self) {\n        self.0.find(1);\n    }\n}\n",
    "element": "fn f(all: &[Store]) {\n    for (i, s) in all.iter().enumerate() {\n        s.find(1);\n    }\n}\n",
    "closure": "fn f(all: Vec<Store>) {\n    all.iter().filter(|s| s.find(1).is_some());\n}\n",
    "chain": "fn f() {\n    Store::new()\n        .find(1);\n}\n",
    "alias": "type S = Store;\nfn f(s: &S) {\n    s.find(1);\n}\n",
    "result alias": "type R<T> = Result<T, String>;\nfn g() -> R<Store> { todo!() }\nfn f() {\n    g().unwrap().find(1);\n}\n",
    "macro": 'fn f(s: &Store) {\n    println!("{:?}", s.find(1));\n}\n',
    "path": "fn f(s: &Store) {\n    Store::find(s, 1);\n}\n",
    "self type": "trait T { fn f(&self); }\nimpl T for Store {\n    fn f(&self) {\n        self.find(1);\n    }\n}\n",
}


@pytest.mark.parametrize("source", RECEIVERS.values(), ids=RECEIVERS)
def test_receivers(built, source):
    source = f"use crate::store::Store;\nstruct Else;\nimpl Else {{\n    fn find(&self, key: u32) {{}}\n}}\n{source}"
    index = built({"src/lib.rs": LIB, "src/store.rs": STORE, "src/other.rs": source})
    line = next(number for number, text in enumerate(source.splitlines(), 1) if "find(" in text and "fn find" not in text)
    assert calls(index, "Store::find") == [("src/other.rs", line)]
    assert index.callers("Else::find") == []


def test_a_local_name_hides_a_module_and_ends_with_its_block(built):
    source = (
        "use crate::store;\nuse crate::store::Store;\nfn f(other: &str) {\n    if let Some(store) = other.get() {\n        store.find(1);\n"
        '    }\n    store::is_empty("");\n    let store = Store::new();\n    store.find(1);\n}\n'
    )
    index = built({"src/lib.rs": LIB, "src/store.rs": STORE, "src/other.rs": source})
    assert calls(index, "Store::find") == [("src/other.rs", 9)]
    assert [u.line for u in index.callers("is_empty", kinds=("call",)) if u.path == "src/other.rs"] == [7]


def test_traits(built):
    source = (
        "pub trait Draw {\n    fn draw(&self);\n    fn twice(&self) { self.draw(); }\n}\npub struct Box1;\npub enum Kind { Big, Small }\n"
        "impl Draw for Box1 {\n    fn draw(&self) {}\n}\nimpl Draw for Kind {\n    fn draw(&self) {}\n}\n"
        "fn known(b: &Box1) {\n    b.draw();\n    b.twice();\n}\nfn any(d: &dyn Draw, all: Vec<Box<dyn Draw>>) {\n    d.draw();\n    all[0].draw();\n}\n"
        "fn bound<D: Draw>(d: D) {\n    d.draw();\n}\nfn variant() {\n    Kind::Big.draw();\n}\n"
    )
    index = built({"src/lib.rs": source})
    assert calls(index, "Box1::draw") == [("src/lib.rs", 14)]
    assert calls(index, "Kind::draw") == [("src/lib.rs", 25)]
    assert calls(index, "Draw::draw") == [("src/lib.rs", 3), ("src/lib.rs", 18), ("src/lib.rs", 19), ("src/lib.rs", 22)]
    assert calls(index, "twice") == [("src/lib.rs", 15)]
    assert [d.line for d in index.implementations("Draw")] == [7, 10]


def test_methods_that_a_trait_gives_to_types_of_libraries_are_matched_by_name(built):
    source = "trait Shout {\n    fn shout(&self) -> String;\n}\nimpl Shout for str {\n    fn shout(&self) -> String { self.to_uppercase() }\n}\n"
    index = built({"src/lib.rs": f'{source}fn f() {{\n    "a".shout();\n}}\n'})
    assert [(u.line, u.resolution) for u in index.callers("shout")] == [(8, "by name")]


def test_crates_of_a_workspace(built):
    index = built(
        {
            "Cargo.toml": '[workspace]\nmembers = ["core-lib", "app"]\n',
            "core-lib/Cargo.toml": '[package]\nname = "core-lib"\n',
            "core-lib/src/lib.rs": "mod deep;\npub use deep::run;\n",
            "core-lib/src/deep/mod.rs": "pub fn run() {}\n",
            "app/Cargo.toml": '[package]\nname = "app"\n\n[[bin]]\nname = "app"\npath = "app.rs"\n',
            "app/app.rs": "use core_lib::run;\nmod part;\nfn main() {\n    run();\n    part::go();\n}\n",
            "app/part.rs": "pub fn go() {\n    crate::main();\n}\n",
            "app/tests/all.rs": "#[test]\nfn runs() {\n    core_lib::run();\n}\n",
        }
    )
    assert calls(index, "run") == [("app/app.rs", 4), ("app/tests/all.rs", 3)]
    assert calls(index, "go") == [("app/app.rs", 5)]
    assert calls(index, "main") == [("app/part.rs", 2)]
    assert ("app/app.rs", "core-lib/src/lib.rs") in index.file_imports()


def test_macros_have_names_of_their_own(built):
    index = built(
        {
            "src/lib.rs": "macro_rules! info {\n    () => {};\n}\nfn info() {}\nfn f() {\n    info!();\n    info();\n    log::info!();\n}\n"
        }
    )
    assert [(u.line, u.resolution) for u in index.callers("info") if u.kind == "call"] == [
        (6, "resolved"),
        (7, "resolved"),
        (8, "resolved"),
    ]
    assert index.callees("f")[0][1].kind == "macro"


def test_tests_in_the_file_that_they_test(built):
    source = "pub fn half(x: u32) -> u32 { x / 2 }\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn halves() {\n        assert_eq!(half(4), 2);\n    }\n}\n"
    index = built({"src/lib.rs": f"{source}\nfn g() {{ half(2); }}\n"})
    assert [(t.line, t.name) for t in index.tests_of("half")] == [(8, "tests.halves")]
    assert [(u.line, u.is_test) for u in index.callers("half")] == [(13, False), (9, True)]


def test_tests_that_are_modules_of_one_crate_and_wrapped_values(built):
    index = built(
        {
            "src/lib.rs": "use std::sync::Mutex;\npub struct Log;\nimpl Log {\n    pub fn line(&self) {}\n}\n"
            "fn f(log: Log) {\n    let shared = Mutex::new(log);\n    let log = shared.lock().unwrap();\n    log.line();\n}\n",
            "tests/tests.rs": "mod one;\nfn check() {}\n",
            "tests/one.rs": "use check;\nfn runs() {\n    check();\n    ::check();\n}\n",
        }
    )
    assert calls(index, "check") == [("tests/one.rs", 3), ("tests/one.rs", 4)]
    assert [(u.line, u.resolution) for u in index.callers("line")] == [(9, "by name")]


def test_globs_that_lead_to_each_other_end(built):
    modules = {
        f"src/m{n}.rs": "".join(f"pub use crate::m{m}::*;\n" for m in range(12) if m != n)
        + f"fn f{n}() {{ nothing_here(); }}\n"
        for n in range(12)
    }
    index = built({"src/lib.rs": "".join(f"mod m{n};\n" for n in range(12)) + "fn nothing_here() {}\n", **modules})
    assert calls(index, "nothing_here") == []

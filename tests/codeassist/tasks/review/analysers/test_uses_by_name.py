"""Removed and renamed functions in languages whose names are not resolved."""

from __future__ import annotations

import pytest

PHP = "<?php\nclass Parser {\n    public function parseTokens($text) {\n        return 1;\n    }\n}\n"
PHP_USER = "<?php\n$parser = new Parser();\n$parser->parseTokens('x');\n// parseTokens('y')\n"
LUA = "local M = {}\n\nfunction M.subclass(name)\n  return name\nend\n\nreturn M\n"
LUA_USER = "local m = require('m')\nm.subclass('x')\n"
RUBY = "class Cart\n  def add_item(item)\n    item\n  end\nend\n"
RUBY_USER = "Cart.new.add_item(1)\n"

CASES = {
    "a method in PHP": ({"p.php": PHP, "u.php": PHP_USER}, {"p.php": PHP.replace("parseTokens", "parseAll")}, "u.php:3"),
    "a function in Lua": ({"m.lua": LUA, "u.lua": LUA_USER}, {"m.lua": LUA.replace("subclass", "derive_one")}, "u.lua:2"),
    "a method in Ruby": ({"c.rb": RUBY, "u.rb": RUBY_USER}, {"c.rb": RUBY.replace("add_item", "put_item")}, "u.rb:1"),
}


@pytest.mark.parametrize(("before", "after", "place"), CASES.values(), ids=CASES.keys())
def test_calls_of_a_renamed_function_are_noted(findings, before, after, place):
    result = findings(before, after)
    (finding,) = [f for f in result.every if f.rule == "use-left-behind"]
    assert finding.severity.value == "note"
    assert "was renamed to" in finding.message
    assert place in finding.message


QUIET = {
    "the caller changed too": ({}, {"u.php": PHP_USER.replace("parseTokens('x')", "parseAll('x')")}),
    "another class has it": ({"o.php": PHP.replace("Parser", "Other")}, {}),
    "methods are made while it runs": (
        {"p.php": PHP.replace("{\n    public", "{\n    function __call($n, $a) {}\n    public")},
        {},
    ),
}


@pytest.mark.parametrize(("others", "changed"), QUIET.values(), ids=QUIET.keys())
def test_what_may_be_another_function_is_no_finding(findings, others, changed):
    before = {"p.php": PHP, "u.php": PHP_USER, **others}
    result = findings(before, {"p.php": before["p.php"].replace("parseTokens", "parseAll"), **changed})
    assert not [f for f in result.every if f.rule == "use-left-behind"]


def test_the_languages_that_are_looked_at_by_name_are_said(findings):
    before = {"p.php": PHP, "m.lua": LUA, "a.py": "X = 1\n"}
    changed = {"p.php": PHP.replace("$text", "$text, $n"), "m.lua": LUA.replace("(name)", "(name, n)")}
    (note,) = [n for n in findings(before, changed).notes if "by name" in n]
    assert note == "Lua and PHP: callers are looked for by name, and only those of removed functions"


def test_nothing_is_said_where_no_declaration_changed(findings):
    result = findings({"p.php": PHP, "a.py": "X = 1\n"}, {"p.php": PHP.replace("return 1", "return 2"), "a.py": "X = 2\n"})
    assert not [n for n in result.notes if "by name" in n]


STORE = "interface Store {\n    fun load(id: Int): Int\n    fun remove(id: Int)\n}\n"
DISK = "class Disk : Store {\n    override fun load(id: Int): Int = id\n    override fun remove(id: Int) {}\n}\n"
CACHE = (
    "class Cache(val inner: Store, val seen: MutableList<Int>) : Store {\n    override fun load(id: Int) = inner.load(id)\n\n"
    "    override fun remove(id: Int) {\n        inner.remove(id)\n        seen.remove(id)\n    }\n}\n"
)
WITHOUT = STORE.replace("    fun remove(id: Int)\n", "")


def test_a_removed_method_whose_name_others_keep_is_found_by_the_declared_type_of_the_receiver(findings):
    before = {"Store.kt": STORE, "Disk.kt": DISK, "Cache.kt": CACHE}
    (finding,) = [f for f in findings(before, {"Store.kt": WITHOUT}).every if f.rule == "use-left-behind"]
    assert finding.message == "'Store.remove' was removed, but Cache.kt:5 still calls it (1 call, 2 overriding)."
    assert [str(p) for p in finding.evidence] == ["Cache.kt:5", "Cache.kt:4", "Disk.kt:3"]
    assert finding.severity.value == "note"


SAME_NAME = {
    "an interface above has it": {
        "Store.kt": f"interface Base {{\n    fun remove(id: Int)\n}}\n\n{STORE.replace('Store {', 'Store : Base {')}"
    },
    "an extension has it": {"More.kt": "fun Store.remove(id: Int) {}\n"},
    "another class has it, and the receiver is one": {
        "Disk.kt": DISK.replace("Disk : Store", "Disk").replace("override ", ""),
        "Cache.kt": "class Cache(val inner: Disk) {\n    fun go() {\n        inner.remove(1)\n    }\n}\n",
    },
    "the type of the receiver is not written": {
        "Disk.kt": DISK.replace("Disk : Store", "Disk").replace("override ", ""),
        "Cache.kt": "fun go() {\n    val inner = make()\n    inner.remove(1)\n}\n",
    },
    "two types have the name": {"Other.kt": "package other\n\ninterface Store {\n    fun size(): Int\n}\n"},
}


@pytest.mark.parametrize("others", SAME_NAME.values(), ids=SAME_NAME.keys())
def test_what_may_be_the_method_of_another_type_is_no_finding(findings, others):
    before = {"Store.kt": STORE, "Disk.kt": DISK, "Cache.kt": CACHE, **others}
    after = before["Store.kt"].replace("    fun load(id: Int): Int\n    fun remove(id: Int)\n", "    fun load(id: Int): Int\n")
    result = findings(before, {"Store.kt": after})
    assert not [f for f in result.every if f.rule == "use-left-behind"]

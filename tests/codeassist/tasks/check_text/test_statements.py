"""Statements about single definitions: what the source bears out, contradicts, or does not tell, in several languages."""

from __future__ import annotations

import pytest

from codeassist.tasks.check_text import check_text
from indexers import Index
from tests.conftest import write

PYTHON = """import abc
from contextlib import contextmanager
from dataclasses import dataclass

LIMIT = 8 * 1024
NAME = "shop"


class Store(abc.ABC):
    def __init__(self, path, retries: int = 3, **options):
        self.path = path

    @abc.abstractmethod
    def get(self, key: str) -> bytes | None: ...

    @property
    def size(self) -> int:
        return 0

    @classmethod
    def open(cls, path):
        return cls(path)

    @staticmethod
    def join(a, b):
        return a + b


class Memory(Store):
    def get(self, key: str) -> bytes | None:
        return None

    async def fetch(self, key, timeout: float = 0.250):
        return await later(key)

    def keys(self):
        yield from ()

    def close(self) -> None:
        pass


@dataclass
class Entry:
    key: str
    value: bytes


@contextmanager
def locked(name):
    yield name


class Failed(LookupError): ...


def later(key):
    if key:
        return key
"""
TYPESCRIPT = """import {Base} from 'elsewhere';

export type Entry = {key: string};

export interface Reader { read(): string }

// limit = 99 in old versions
export class Cache implements Reader {
  constructor(options: Options) {
    options = {limit: 10, strict: false, ...options};
    this.limit = options.limit;
  }
  read(): string { return ''; }
  async load(id: string, deep = true): Promise<void> {}
  get size(): number { return 1; }
  reset(): this { return this; }
  each(visit: (entry: Entry) => void, from: number): void {}
}

export class Child extends Base {}
"""
RUST = """/// What it is.
#[derive(Clone, Debug)]
pub enum Mode { Fast, Slow { limit: usize }, Off }

struct Queue { items: Vec<u8>, mode: Mode }

impl Drop for Queue { fn drop(&mut self) {} }

impl Queue {
    pub fn len(&self) -> usize { self.items.len() }
    fn push(&mut self, item: u8) { self.items.push(item) }
}

pub const LIMIT_OF_QUEUE: usize = 16;
"""
GO = """package shop

type Order struct {
	Item
	Count int
}

func (o *Order) Total(price int) (int, error) { return o.Count * price, nil }

func helper() {}
"""
PHP = """<?php
final class Buffer
{
    public function __construct(int $limit = 16, ?string $name = null) {}
    public function isFull(): bool { return true; }
    public function reset(): void {}
}
"""
JAVA = """public class Account extends Person implements Comparable<Account> {
    private final int limit = 5;
    public Account(String name, int limit) {}
    public static Account of(String name) { return new Account(name, 1); }
    protected String label() { return ""; }
}
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    files = {
        "store.py": PYTHON,
        "cache.ts": TYPESCRIPT,
        "queue.rs": RUST,
        "order.go": GO,
        "Account.java": JAVA,
        "Buffer.php": PHP,
    }
    with Index.build(write(tmp_path_factory.mktemp("several"), files)) as built:
        yield built


def verdicts(index, text):
    return {item.verdict for item in check_text(index, text).items if item.kind == "relation"}


PAIRS = [
    ("`Memory.fetch` is a coroutine.", "`Memory.close` is async."),
    ("`Memory.close` is not a coroutine.", "`Memory.fetch` is not async."),
    ("`Memory.fetch` is async, but `Memory.close` is not.", "`Memory.fetch` is async, and `Memory.keys` is a coroutine."),
    ("`Memory.keys` is a generator.", "`Memory.fetch` is a generator."),
    ("`size` is a property of `Store`.", "`Store.get` is a property."),
    ("`Store.open` is a class method.", "`Store.join` is a class method."),
    ("`Store.join` is static.", "`Store.open` is a static method."),
    ("`Store.get` is abstract.", "`Memory` is an abstract class."),
    ("`Entry` in `store.py` is a dataclass.", "`Store` is a dataclass."),
    ("`locked` is decorated with `@contextmanager`.", "`later` is decorated with `@contextmanager`."),
    ("`Memory` inherits from `Store`.", "`Store` inherits from `Memory`."),
    ("`Failed` is a subclass of `Exception`.", "`Failed` extends `RuntimeError`."),
    ("The default of `timeout` in `Memory.fetch` is 0.25.", "The default of `timeout` in `Memory.fetch` is 0.5."),
    ("`Store` has a default `retries` of 3.", "`Store` has a default `retries` of 5."),
    ("`retries` defaults to 3 in `Store`.", "`retries` of `Store` defaults to 30."),
    ("`Memory.close` returns None.", "`Store.size` returns nothing."),
    ("`Store.size` returns an integer.", "`Store.size` returns a string."),
    ("The return type of `Store.size` is `int`.", "The return type of `Store.size` is `str`."),
    ("`Memory.close` takes no arguments.", "`Memory.fetch` takes no arguments."),
    ("`Memory.fetch` accepts the arguments `key` and `timeout`.", "`Memory.fetch` has a parameter `retries`."),
    ("The first parameter of `Store.join` is `a`.", "The second parameter of `Store.join` is `a`."),
    ("The parameter `retries` of `Store` is an `int`.", "The parameter `retries` of `Store` is a `str`."),
    ("`LIMIT` is 8192.", "`LIMIT` has the value 1024."),
    ("`NAME` is `shop`.", "`NAME` is `store`."),
    ("`Memory` has a method `keys`.", "`Memory` has a method `purge`."),
    ("`Memory` overrides `get`.", "`Memory` overrides `open`."),
    ("`Entry` in `store.py` has two fields.", "`Entry` in `store.py` has three fields."),
    ("`Memory` 继承自 `Store`。", "`Store` 继承自 `Memory`。"),
    ("`Memory.close` 不接受任何参数。", "`Memory.fetch` 没有参数。"),
    ("`Memory.fetch` 是一个协程。", "`Memory.close` 是异步的。"),
    ("`Cache.load` is declared `async`.", "`Cache.read` is declared `async`."),
    ("`Cache.size` is a getter.", "`Cache.size` is a method."),
    ("`Cache` implements `Reader`.", "`Cache` extends `Base`."),
    ("`limit` of `Cache` is 10 by default.", "The default of `limit` in `Cache` is 99."),
    ("`Cache.reset` returns `this`.", "`Cache.each` returns `this`."),
    ("`Cache.each` takes two arguments.", "`Cache.each` takes three arguments."),
    ("`Child` extends `Base`.", "`Child` extends `Cache`."),
    ("`Mode` derives `Clone`.", "`Mode` derives `Copy`."),
    ("`Mode` is an enum.", "`Mode` is a struct."),
    ("`Mode` has three variants.", "`Mode` has four variants."),
    ("`Mode` has a variant `Off`.", "`Mode` has a variant `Idle`."),
    ("`Queue` implements `Drop`.", "`Queue` implements `Clone`."),
    ("The field `mode` of `Queue` is a `Mode`.", "The field `mode` of `Queue` is a `bool`."),
    ("`Queue` is private.", "`Queue.push` is public."),
    ("`LIMIT_OF_QUEUE` equals 16.", "`LIMIT_OF_QUEUE` equals 32."),
    ("`Order.Total` takes one argument.", "`Order.Total` takes no arguments."),
    ("`Order.Total` needs exactly one argument.", "`Order.Total` expects two arguments."),
    ("`helper` returns nothing.", "`helper` returns an `error`."),
    ("`Buffer` takes two arguments.", "`Buffer` takes three arguments."),
    ("The default of `limit` in `Buffer` is 16.", "The default of `limit` in `Buffer` is 8."),
    ("`Buffer.isFull` returns a `bool`.", "`Buffer.isFull` returns a `string`."),
    ("`Buffer.reset` returns nothing.", "`Buffer.reset` returns a boolean."),
    ("`helper` is unexported.", "`helper` is exported."),
    ("`Account` extends `Person`.", "`Account` is an interface."),
    ("`Account.of` is a static method.", "`Account.label` is static."),
    ("`Account.label` returns a string.", "`Account.of` returns a string."),
]


@pytest.mark.parametrize(("true", "false"), PAIRS)
def test_statements_are_borne_out_or_contradicted(index, true, false):
    assert verdicts(index, true) == {"found"}
    assert "different" in verdicts(index, false) - {"not compared"}


@pytest.mark.parametrize(
    "text",
    [
        "`Memory` keeps everything in one place.",
        "`Child` inherits from `Thing`.",  # `Base` is of another package
        "The result of `later` is a generator.",
        "If `later` is async, it has to be awaited.",
        "`later` returns None.",  # or the key
        "`Store` has a parameter `mode`.",  # it has `**options`
        "Unlike `later`, which is a coroutine, this one blocks.",
    ],
)
def test_what_the_source_does_not_tell_is_given_as_not_compared(index, text):
    assert verdicts(index, text) == {"not compared"}


@pytest.mark.parametrize(
    "form",
    [
        "`Memory.fetch` has `timeout` default {}.",
        "`Memory.fetch` has a parameter `timeout` with a default of {}.",
        "The `timeout` of `Memory.fetch` has a default of {}.",
        "The `timeout` of `Memory.fetch` (default {}) is in seconds.",
    ],
)
@pytest.mark.parametrize(("value", "verdict"), [("0.25", "found"), ("3", "different")])
def test_forms_of_a_default(index, form, value, verdict):
    result = check_text(index, form.format(value))
    assert verdict in {item.verdict for item in result.items if item.kind == "relation"}


def test_sentences_that_name_nothing_are_counted(index):
    result = check_text(index, "The maximum buffer length is 5000. `Memory.close` returns None.")
    assert result.passed_over == 1
    assert "Not looked at, as nothing in the code is named: 1 sentence." in result.summary()


def test_only_a_part_of_a_sentence_may_be_compared(index):
    result = check_text(index, "`Memory` inherits from `Store`, and `Memory.fetch` asks `later` twice.")
    assert [(item.verdict, item.there) for item in result.items if item.kind == "relation"][1:] == [
        ("not compared", "only a part of the sentence was compared")
    ]
    assert len(result.compared) == 1


def test_what_is_there_instead_is_shown(index):
    text = "The default of `timeout` in `Memory.fetch` is 5. `Store.size` is a coroutine. `Mode` has four variants."
    assert [item.there.partition(": ")[2] for item in check_text(index, text).wrong] == [
        "timeout = 0.250",
        "@property def size(self) -> int",
        "Mode has 3",
    ]


@pytest.mark.parametrize(
    "name", ["RuntimeError", "TimeoutExpired", "Promise", "HashMap", "IllegalStateException", "ErrUnexpectedEOF"]
)
def test_names_of_the_language_are_no_inventions(index, name):
    assert check_text(index, f"It never raises `{name}` on purpose.").wrong == []


def test_names_of_other_languages_are_not_known(tmp_path):
    with Index.build(write(tmp_path, {"a.go": "package a\n"})) as index:
        assert [item.claim for item in check_text(index, "It raises `IllegalStateException`.").wrong] == [
            "IllegalStateException"
        ]

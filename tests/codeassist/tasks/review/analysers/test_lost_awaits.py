"""An `await` that is gone in JavaScript and TypeScript; promises that are used as such are right."""

from __future__ import annotations

import time

import pytest

from codeassist.tasks.review.analysers.lost_awaits import LostAwaits

API = "export async function load(id: string) {\n  return id;\n}\n\nexport const save = (id: string): Promise<void> => send(id);\n\nexport function plain(id: string) {\n  return id;\n}\n"
APP = """import { load, save, plain } from './api';

export class Store {
  async read(key: string) {
    return key;
  }

  async all(ids: string[]) {
    const item = await load(ids[0]);
    if (item.length > 1) {
      await save(item);
    }
    if (await this.read(item)) {
      return `${await load(item)}!`;
    }
    const { length } = await load(item);
    const size = (await load(item)).length;
    return length + size;
  }
}
"""


def found(findings, before, after, name="app.ts"):
    result = findings({"api.ts": API, name: before}, {name: after})
    return [(f.severity.value, f.start) for f in result.every if f.rule == "missing-await"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("const item = await load", "const item = load"), ("error", 9)),
        (("      await save", "      save"), ("warning", 11)),
        (("if (await this", "if (this"), ("error", 13)),
        (("${await load", "${load"), ("error", 14)),
        (("} = await load", "} = load"), ("error", 16)),
        (("(await load(item)).length", "load(item).length"), ("error", 17)),
    ],
)
@pytest.mark.parametrize("name", ["app.ts", "app.js"])
def test_an_await_that_is_gone(findings, change, expected, name):
    before = APP if name == "app.ts" else APP.replace(": string[]", "").replace(": string", "")
    assert found(findings, before, before.replace(*change), name) == [expected]


def test_a_call_that_other_code_of_the_file_awaits(findings):
    before = "export async function go(db) {\n  await db.close();\n  const a = await db.get(1);\n  const b = await db.get(2);\n  return a.x + b.x;\n}\n"
    assert found(findings, before, before.replace("b = await", "b ="), "app.js") == [("error", 4)]


BAITS = {
    "returned": ("    const item = await load(ids[0]);\n", "    return await load(ids[0]);\n", "    return load(ids[0]);\n"),
    "a handler": ("      await save(item);\n", "      await save(item).catch(log);\n", "      save(item).catch(log);\n"),
    "void": ("      await save(item);\n", "      await save(item);\n", "      void save(item);\n"),
    "awaited later": (
        "      await save(item);\n",
        "      const saving = await save(item);\n",
        "      const saving = save(item);\n      await saving;\n",
    ),
    "all of them": ("      await save(item);\n", "      await save(item);\n", "      await Promise.all([save(item)]);\n"),
    "a plain function": ("      await save(item);\n", "      await plain(item);\n", "      plain(item);\n"),
    "not known": ("      await save(item);\n", "      await other(item);\n", "      other(item);\n"),
    "an argument": ("      await save(item);\n", "      run(await save(item));\n", "      run(save(item));\n"),
    "a comment": ("      await save(item);\n", "      // await save(item);\n", "      // save(item);\n"),
    "kept": (
        "      await save(item);\n",
        "      const pending = await save(item);\n",
        "      const pending = save(item);\n      use(pending);\n",
    ),
}


@pytest.mark.parametrize("name", BAITS)
def test_a_promise_that_is_used_as_one(findings, name):
    old, before, after = BAITS[name]
    assert found(findings, APP.replace(old, before), APP.replace(old, after)) == []


def test_a_function_that_is_not_asynchronous_any_more(findings):
    result = findings(
        {"api.ts": API, "app.ts": APP},
        {
            "api.ts": API.replace("async function load", "function load"),
            "app.ts": APP.replace("const item = await load", "const item = load"),
        },
    )
    assert not [f for f in result.every if f.rule == "missing-await"]


def test_a_promise_that_is_collected_on_several_lines(findings):
    before = APP.replace("await save(item);", "const saved = await save(item);\n      log(saved.length);")
    after = before.replace("await save", "save").replace("log(", "Promise.all([\n        saved,\n      ]);\n      log(")
    assert found(findings, before, after) == []


@pytest.mark.parametrize(
    ("line", "below"),
    [
        ("  const item = await load(1);", "then(" * 40_000),
        ("  " + "let a:" * 40_000 + " f(await load(1));", ""),
        ("  " + "(load(" * 40_000 + "await load(1);", ""),
    ],
    ids=["below", "before", "around"],
)
def test_long_lines_take_little_time(facts, line, below):
    before = f"export async function go() {{\n{line}\n{below}\n}}\n"
    change = facts({"api.ts": API, "app.ts": before}, {"app.ts": before.replace("await ", "")})
    started = time.process_time()
    list(LostAwaits().run(change))
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


HELD = """import { load, save } from './api';

export async function size(id: string) {
  const item = load(id);
  save(id);
  const found = await item;
  if (await item) {
    return found.length;
  }
  return (await item).length;
}
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("found = await item", "found = item"), []),  # awaited again below
        (("return (await item).length", "return item.length"), [("error", 10)]),
        (("(await item).length", "(item).length"), [("error", 10)]),
    ],
)
def test_a_promise_that_a_variable_keeps(findings, change, expected):
    assert found(findings, HELD, HELD.replace(*change)) == expected


def test_a_kept_promise_that_nothing_awaits_any_more(findings):
    before = HELD.replace(
        "  if (await item) {\n    return found.length;\n  }\n  return (await item).length;", "  return found.length;"
    )
    assert found(findings, before, before.replace("= await item", "= item")) == [("error", 6)]


def test_a_variable_of_no_promise_is_none(findings):
    before = HELD.replace("load", "plain")
    assert found(findings, before, before.replace("return (await item).length", "return item.length")) == []


GIVING = """const wait = (ms) => new Promise((done) => setTimeout(done, ms));

export function later(value) {
  if (!value) {
    return Promise.reject(new Error("none"));
  }
  return wait(10).then(() => value);
}

export function twice(value) {
  return later(value);
}

export function mapped(values) {
  return values.map((value) => {
    return later(value);
  });
}

export function counted(values) {
  values.forEach((value) => {
    return new Promise(() => value);
  });
  return values.length;
}
"""


@pytest.mark.parametrize(
    ("name", "expected"), [("later", [("error", 4)]), ("twice", [("error", 4)]), ("mapped", []), ("counted", [])]
)
def test_an_imported_function_that_is_not_async_but_returns_a_promise(findings, name, expected):
    before = f"import {{ {name} }} from './giving';\n\nexport async function go(v) {{\n  const x = await {name}(v);\n  return x.y;\n}}\n"
    result = findings({"giving.js": GIVING, "app.js": before}, {"app.js": before.replace("await ", "")})
    assert [(f.severity.value, f.start) for f in result.every if f.rule == "missing-await"] == expected

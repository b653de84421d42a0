"""Uses left behind that no compiler accepts are errors; those that may compile, or are expected not to, are none."""

from __future__ import annotations

import pytest

TS = "export function total(prices: number[]): number {\n  return prices.length;\n}\n"
TS_USE = "import { total } from './shop';\nexport const a = total([1]);\n"
GO = "package shop\n\nfunc Total(prices []int) int { return len(prices) }\n\ntype Cart struct{}\n\nfunc (c *Cart) Add(name string) {}\n"
GO_FILES = {"go.mod": "module example.org/m\n", "shop/shop.go": GO}
GO_USE = 'package main\n\nimport "example.org/m/shop"\n\nfunc main() {\n\tshop.Total(nil)\n}\n'
GO_METHOD = 'package main\n\nimport "example.org/m/shop"\n\nfunc fill(c *shop.Cart) {\n\tc.Add("x")\n}\n'
JAVA = "package shop;\n\npublic class Cart {\n    public static int total(int[] prices) {\n        return prices.length;\n    }\n}\n"
JAVA_USE = "package app;\n\nimport shop.Cart;\n\nclass Main {\n    int go() {\n        return Cart.total(null);\n    }\n}\n"
RUST = "pub fn total(prices: &[i32]) -> usize {\n    prices.len()\n}\n"
RUST_USE = "use crate::shop::total;\n\npub fn go() -> usize {\n    total(&[1])\n}\n"
RULES = ("use-left-behind", "arity-changed")


def severities(result):
    return [f.severity.value for f in result.every if f.rule in RULES]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"shop.ts": TS, "use.ts": TS_USE}, {"shop.ts": TS.replace("total", "sum")}),
        ({"shop.ts": TS, "use.ts": TS_USE}, {"shop.ts": TS.replace("number[])", "number[], tax: number)")}),
        ({**GO_FILES, "main.go": GO_USE}, {"shop/shop.go": GO.replace("Total", "Sum")}),
        ({**GO_FILES, "main.go": GO_USE}, {"shop/shop.go": GO.replace("prices []int", "prices []int, tax int")}),
        ({**GO_FILES, "main.go": GO_METHOD}, {"shop/shop.go": GO.replace("name string", "name string, count int")}),
        ({"shop/Cart.java": JAVA, "app/Main.java": JAVA_USE}, {"shop/Cart.java": JAVA.replace("total", "sum")}),
        ({"shop/Cart.java": JAVA, "app/Main.java": JAVA_USE}, {"shop/Cart.java": JAVA.replace("prices)", "prices, int tax)")}),
        ({"src/shop.rs": RUST, "src/use_it.rs": RUST_USE}, {"src/shop.rs": RUST.replace("total", "sum")}),
        ({"src/shop.rs": RUST, "src/use_it.rs": RUST_USE}, {"src/shop.rs": RUST.replace("&[i32]", "&[i32], tax: i32")}),
    ],
    ids=["ts gone", "ts arity", "go gone", "go arity", "go method", "java gone", "java arity", "rust gone", "rust arity"],
)
def test_what_cannot_compile_is_an_error(findings, before, after):
    assert severities(findings(before, after)) == ["error"]


BASED = (
    "export class Base {\n  add(...all: string[]) {}\n}\n\nexport class Cart extends Base {\n  put(item: string): void {}\n}\n"
)
GUESSED = GO.replace(
    "type Cart struct{}",
    "type Cart struct{}\n\ntype Store interface{ Add(name string) }\n\nfunc NewCart() Store { return nil }",
)
GUESSED_USE = 'package main\n\nimport "example.org/m/shop"\n\nfunc main() {\n\tc := shop.NewCart()\n\tc.Add("x")\n}\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            {"shop.ts": TS, "use.ts": TS_USE.replace("export const", "// @ts-expect-error no longer there\nexport const")},
            {"shop.ts": TS.replace("number[])", "number[], tax: number)")},
        ),
        ({"shop.ts": TS, "use.ts": TS_USE}, {"shop.ts": TS.replace("total", "sum"), "use.ts": TS_USE.replace("total", "sum")}),
        ({"shop.ts": TS, "use.ts": TS_USE}, {"shop.ts": TS.replace("number[])", "number[], tax?: number)")}),
        ({"shop.ts": TS, "use.js": TS_USE}, {"shop.ts": TS.replace("number[])", "number[], tax: number)")}),
        ({"shop.ts": TS, "fixtures/use.ts": TS_USE.replace("./", "../")}, {"shop.ts": TS.replace("total", "sum")}),
        (
            {"shop.ts": BASED, "use.ts": "import { Cart } from './shop';\nexport function f(c: Cart) {\n  c.put('a');\n}\n"},
            {"shop.ts": BASED.replace("item: string", "item: string, count: number")},
        ),
        ({**GO_FILES, "shop/testdata/main.go": GO_USE}, {"shop/shop.go": GO.replace("Total", "Sum")}),
        (
            {**GO_FILES, "shop/shop.go": GUESSED, "main.go": GUESSED_USE},
            {"shop/shop.go": GUESSED.replace("Add(name string) {}", "Put(name string) {}")},
        ),
        (
            {"src/shop.rs": RUST, "src/old/shop.rs": RUST, "src/use_it.rs": RUST_USE.replace("shop", "old::shop")},
            {"src/shop.rs": RUST.replace("total", "sum")},
        ),
        (
            {"shop/Cart.java": JAVA, "app/Main.java": JAVA_USE},
            {
                "shop/Cart.java": JAVA.replace(
                    "    public static", "    public static int total(int[] a, int b) { return b; }\n    public static", 1
                )
            },
        ),
    ],
    ids=[
        "expected",
        "both changed",
        "optional",
        "js",
        "fixture",
        "base class",
        "testdata",
        "guessed type",
        "same file name",
        "overload",
    ],
)
def test_what_may_compile_is_no_error(findings, before, after):
    assert "error" not in severities(findings(before, after))

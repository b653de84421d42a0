"""Tests in other languages are read: what cannot fail is named, and what may fail through a helper is not."""

from __future__ import annotations

import json

import pytest

from codeassist.deadline import Deadline
from codeassist.tasks.test_audit import TestAuditContext, TestAuditRequest, run
from codeassist.tasks.test_audit.languages import read_tests
from tests.conftest import git, write

TYPESCRIPT = """import { price } from "./price";
import { same } from "./test-helpers";

describe.skip("later", () => {
  it("in a skipped group", () => { expect(price(1)).toBe(2) })
})
it("says nothing", async () => { await price(1) })
it.each([1, 2])("compares %s with itself", (n) => { expect(n).toBe(n) })
test.skip("is skipped", () => { expect(price(1)).toBe(2) })
test.todo("is planned")
test("holds", () => { expect(price(1)).toBe(2) })
function agrees(a: number) { expect(price(a)).toBe(2) }
test("holds by a helper", () => { agrees(1) })
test("holds by an imported helper", () => { same(price(1), 2) })
test("holds by its types", () => {
  // @ts-expect-error
  price("a")
})
"""
GO = """package shop

import "testing"

func TestNothing(t *testing.T) { Price(1) }
func TestSkipped(t *testing.T) { t.Skip("later"); Price(1) }
func TestSub(t *testing.T) { t.Run("one", func(t *testing.T) { Price(1) }) }
func TestHelper(t *testing.T) { check(t, 1) }
func TestPrice(t *testing.T) { if Price(1) != 2 { t.Errorf("wrong") } }
func Testing(t *testing.T) { Price(1) }
"""
JAVA = """class PriceTest {
  @Test void nothing() { price(1); }
  @Test @Disabled void off() { assertEquals(2, price(1)); }
  @Test void same() { int p = price(1); assertEquals(p, p); }
  @Test(expected = IllegalArgumentException.class) public void raises() { price(-1); }
  @Test void holds() { assertEquals(2, price(1)); }
}
"""
RUST = """pub fn price(n: u32) -> u32 { 2 * n }

#[cfg(test)]
mod tests {
    #[test]
    fn nothing() { super::price(1); }
    #[test]
    #[ignore]
    fn later() { assert_eq!(super::price(1), 2); }
    #[test]
    fn same() { let p = super::price(1); assert_eq!(p, p); }
    #[test]
    #[should_panic]
    fn panics() { super::price(u32::MAX); }
    #[test]
    fn unwraps() { "1".parse::<u32>().unwrap(); }
}
"""


@pytest.mark.parametrize(
    ("path", "text", "weak"),
    [
        (
            "price.test.ts",
            TYPESCRIPT,
            {
                "in a skipped group": "never-run",
                "says nothing": "asserts-nothing",
                "compares %s with itself": "compares-with-itself",
                "is skipped": "never-run",
            },
        ),
        ("price_test.go", GO, {"TestNothing": "asserts-nothing", "TestSkipped": "never-run", "TestSub": "asserts-nothing"}),
        ("PriceTest.java", JAVA, {"nothing": "asserts-nothing", "off": "never-run", "same": "compares-with-itself"}),
        ("price.rs", RUST, {"nothing": "asserts-nothing", "later": "never-run", "same": "compares-with-itself"}),
    ],
)
def test_weak_tests_are_found_and_others_are_not(tmp_path, path, text, weak):
    found, unread = read_tests(write(tmp_path, {path: text}), [path], Deadline())
    assert {test.name: kind for test in found[path] for kind, _, _ in test.weaknesses} == weak
    assert unread == []


def test_waiting_for_what_a_page_shows_is_an_assertion(tmp_path):
    text = (
        "test('shows it', async ({ page }) => { await page.waitForSelector('text=It') })\n"
        "test('only waits', async ({ page }) => { await page.waitForTimeout(100); await page.waitForLoadState('load') })\n"
    )
    found, _ = read_tests(write(tmp_path, {"a.test.ts": text}), ["a.test.ts"], Deadline())
    assert {test.name: [kind for kind, _, _ in test.weaknesses] for test in found["a.test.ts"]} == {
        "shows it": [],
        "only waits": ["asserts-nothing"],
    }


def test_a_test_of_types_asserts_by_its_types(tmp_path):
    found, _ = read_tests(write(tmp_path, {"a.test-d.ts": "it('fits', () => { price(1) })\n"}), ["a.test-d.ts"], Deadline())
    assert [test.weaknesses for test in found["a.test-d.ts"]] == [[]]


def test_a_text_that_does_not_parse_has_no_weak_tests(tmp_path):
    root = write(tmp_path, {"a.test.ts": "it('x', () => { price(1) \n"})
    assert read_tests(root, ["a.test.ts", "missing.test.ts"], Deadline()) == ({"a.test.ts": []}, ["missing.test.ts"])


def test_no_process_is_started_after_the_deadline(tmp_path):
    root = write(tmp_path, {"a.test.ts": TYPESCRIPT})
    assert read_tests(root, ["a.test.ts"], Deadline(-1)) == ({}, ["a.test.ts"])


def test_the_command_reads_them_beside_those_in_python(tmp_path, run):
    root = write(tmp_path / "p", {"web/price.test.ts": TYPESCRIPT, "web/price.ts": "export const price = 1\n"})
    report = json.loads(run("test-audit", "--json", cwd=root).out)
    assert (report["files"], report["tests"], len(report["weaknesses"])) == (1, 8, 4)
    assert "8 tests of other languages than Python: read, not run" in run("test-audit", "web/price.test.ts", cwd=root).err


def test_of_a_change_only_the_edited_ones_are_judged(tmp_path):
    root = write(tmp_path / "p", {"price_test.go": GO})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "One")
    write(root, {"price_test.go": GO.replace('t.Skip("later")', 't.Skip("soon")')})
    result = run_audit(root)
    assert [w.test for w in result.weaknesses] == ["TestSkipped"]
    assert "1 edited test cannot fail, or hardly: price_test.go:6 (never run)" in result.line


def test_only_tests_are_named_that_are_not_judged_as_they_are_staged(tmp_path):
    root = write(tmp_path / "p", {"price.test.ts": TYPESCRIPT, "price.ts": "export const price = 1\n"})
    git(root, "init", "-q")
    git(root, "add", ".")
    write(root, {"price.test.ts": f"{TYPESCRIPT}//\n", "price.ts": "export const price = 2\n"})
    result = run(TestAuditRequest(staged=True), TestAuditContext(root, None))
    assert result.differing == "not tried, as the working tree differs from what is staged: price.test.ts"


def run_audit(root):
    return run(TestAuditRequest(changed=True), TestAuditContext(root, None))

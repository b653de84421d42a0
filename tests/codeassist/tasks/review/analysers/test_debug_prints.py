"""Prints for debugging, and prints that are the purpose of the code."""

from __future__ import annotations

import pytest

PY = "def total(prices):\n    result = sum(prices)\n    return result\n"
JS = "export function total(prices) {\n  const result = prices.length;\n  return result;\n}\n"


def noted(findings, path, before, line):
    lines = before.split("\n")
    after = "\n".join([*lines[:2], line, *lines[2:]])
    result = findings({path: before}, {path: after})
    return [(f.severity.value, f.start) for f in result.every if f.rule == "debug-print"]


@pytest.mark.parametrize(
    "printed",
    [
        'print("debug", result)',
        'print("here")',
        "print(result)",
        "print(f'{result=}')",
        'print("result:", result)',
        'print(">>>> x")',
    ],
)
def test_a_print_that_looks_like_debugging(findings, printed):
    assert noted(findings, "shop/cart.py", PY, f"    {printed}") == [("note", 3)]


@pytest.mark.parametrize(
    ("path", "before", "printed"),
    [
        ("src/description.ts", JS, "  console.log(result);"),
        ("shop/subscription.py", PY, "    print(result)"),
        ("src/transcript.js", JS, "  console.log(result);"),
        ("shop/reconfigured.py", PY, "    print(result)"),
    ],
)
def test_a_name_that_only_contains_script_or_config_is_no_program(findings, path, before, printed):
    assert noted(findings, path, before, printed) == [("note", 3)]


@pytest.mark.parametrize("printed", ["console.log(result);", "console.log('here')", "console.debug('result', result);"])
def test_a_log_that_looks_like_debugging(findings, printed):
    assert noted(findings, "src/client/cart.ts", JS, f"  {printed}") == [("note", 3)]


@pytest.mark.parametrize(
    ("path", "before", "printed"),
    [
        ("shop/cli.py", PY, "    print(result)"),
        ("scripts/total.py", PY, "    print('debug', result)"),
        ("tests/test_cart.py", PY, "    print(result)"),
        ("shop/cart.py", PY + "\n\nprint(total([1]))\n", "    print(result)"),
        ("shop/cart.py", PY, "    print('Total of all prices:', result)"),
        ("shop/cart.py", PY, "    # print(result)"),
        ("shop/cart.py", PY, "    pprint(result)"),
        ("src/cart.ts", JS, "  console.error(result);"),
        ("src/cart.ts", JS, "  console.log(`The total is ${result}`);"),
        ("src/index.ts", JS + "\ntotal(process.argv);\n", "  console.log(result);"),
        ("shop/cart.py", "import argparse\n" + PY, "    print(result)"),
        ("gulpfile.ts", JS, "  console.log(result);"),
        ("bin/cart.js", JS, "  console.log(result);"),
        ("src/vite.config.ts", JS, "  console.log(result);"),
        ("shop/build_script.py", PY, "    print(result)"),
        ("shop/configure.py", PY, "    print(result)"),
    ],
)
def test_a_print_that_is_the_purpose(findings, path, before, printed):
    assert noted(findings, path, before, printed) == []

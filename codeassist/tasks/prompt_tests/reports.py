"""Reports of prompt tests as files: JUnit XML for CI, and one self-contained HTML page for people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree as ET

from codeassist.tasks.prompt_tests.results import CaseResult, PromptTests
from codeassist.tasks.prompt_tests.statistics import Figure, pass_rate

_MARKS = {True: ("pass", "pass"), False: ("fail", "FAIL"), None: ("open", "?")}
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
  color: #1b1f24; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #d6dae0; padding: .4rem .6rem; }
.pass { color: #116329; } .fail { color: #a40e26; font-weight: 600; } .open { color: #6a5300; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f6f8; padding: .6rem; margin: .3rem 0; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
@media (prefers-color-scheme: dark) {
  body { color: #e2e6ea; background: #14171a; } th, td { border-color: #363c43; } pre { background: #1d2227; }
  .pass { color: #6fd08c; } .fail { color: #ff8d94; } .open { color: #e0c26a; }
}
"""


def junit(results: Sequence[CaseResult]) -> str:
    """The results as JUnit XML."""
    suites = ET.Element("testsuites", name="codeassist prompts")
    for name in dict.fromkeys(r.prompt for r in results):
        selected = [r for r in results if r.prompt == name]
        suite = ET.SubElement(
            suites,
            "testsuite",
            name=name,
            tests=str(len(selected)),
            failures=str(sum(r.ok is False for r in selected)),
            skipped=str(sum(r.ok is None for r in selected)),
            time=f"{sum(r.seconds for r in selected):.3f}",
        )
        for result in selected:
            case = ET.SubElement(suite, "testcase", classname=name, name=result.case, time=f"{result.seconds:.3f}")
            message = "; ".join(v.words for v in result.verdicts if v.ok is not True) or result.error
            if result.ok is False:
                ET.SubElement(case, "failure", message=_printable(message)).text = _printable(result.answer)
            elif result.ok is None:
                ET.SubElement(case, "skipped", message=_printable(message))
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, encoding="unicode")


def html(tests: PromptTests) -> str:
    """The results as one HTML page without scripts or links: a table of variants, and of cases with their answers."""
    chances = [None, *tests.chances]
    rows = "".join(
        f"<tr><td>{_text(name)}</td><td>{_interval(pass_rate(results))}</td><td>{sum(r.tokens for r in results):,}</td>"
        f"<td>{_cost(results)}</td><td>{'' if chance is None else f'{chance:.2f}'}</td></tr>"
        for (name, results), chance in zip(tests.variants, chances, strict=False)
    )
    cases: dict[tuple[str, str], list[CaseResult | None]] = {}
    for position, (_, results) in enumerate(tests.variants):
        for result in results:
            key = (result.prompt.partition("@")[0], result.case)
            cases.setdefault(key, [None] * len(tests.variants))[position] = result
    heads = "".join(f"<th>{_text(name)}</th>" for name, _ in tests.variants)
    body = "".join(
        f"<tr><td>{_text(prompt)}<br>{_text(case)}</td>{''.join(map(_cell, outcomes))}</tr>"
        for (prompt, case), outcomes in cases.items()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Prompt tests</title><style>{_STYLE}</style></head><body><h1>Prompt tests</h1>\n"
        "<p>Pass rates with 95 % Wilson intervals over cases. p: the difference from the first variant (exact sign test, "
        "adjusted for the number of comparisons by Holm's method).</p>\n"
        f"<table><tr><th>variant</th><th>pass rate</th><th>tokens</th><th>cost</th><th>p</th></tr>{rows}</table>\n"
        f"<table><tr><th>case</th>{heads}</tr>{body}</table>\n</body></html>\n"
    )


def _cell(result: CaseResult | None) -> str:
    if result is None:
        return "<td></td>"
    style, mark = _MARKS[result.ok]
    repeats = f" {result.passes}/{result.tries} ({_interval(result.rate)})" if result.tries > 1 else ""
    unmet = "".join(
        f"<li>{'not decided' if v.ok is None else 'not met'}: {_text(v.words)}</li>"
        for v in result.verdicts
        if v.ok is not True
    )
    error = f"<p>{_text(result.error)}</p>" if result.error else ""
    answer = f"<details><summary>answer</summary><pre>{_text(result.answer)}</pre></details>" if result.answer else ""
    return f'<td><span class="{style}">{mark}</span>{repeats}{f"<ul>{unmet}</ul>" if unmet else ""}{error}{answer}</td>'


def _cost(results: Sequence[CaseResult]) -> str:
    costs = [r.cost for r in results]
    return "unknown" if any(c is None for c in costs) else f"${sum(c or 0.0 for c in costs):.4f}"


def _interval(figure: Figure) -> str:
    return f"{figure.value:.0%} [{figure.low:.0%}, {figure.high:.0%}]"


def _text(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Text in which characters that XML does not allow are replaced."""
    return re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)

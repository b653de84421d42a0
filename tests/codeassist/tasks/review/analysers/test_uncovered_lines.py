"""Changed lines that no test runs."""

from __future__ import annotations


def test_lines_that_are_not_covered_are_named_by_ranges(findings):
    text = "".join(f"x{n} = {n}\n" for n in range(1, 8))
    result = findings({"m.py": "y = 0\n"}, {"m.py": text}, coverage={"m.py": frozenset({2, 3, 4, 7, 99})})
    [finding] = [f for f in result.every if f.rule == "line-not-run"]
    assert finding.message == "4 changed lines are not covered: 2-4, 7."
    assert (finding.start, finding.end) == (2, 7)

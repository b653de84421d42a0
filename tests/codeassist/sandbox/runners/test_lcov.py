"""Coverage reports in the lcov format."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codeassist.sandbox.results import Coverage
from codeassist.sandbox.runners.lcov import lcov_coverage, lcov_reached

REPORT = """TN:
SF:/tmp/project/src/other.rs
DA:1,5
BRDA:1,0,0,1
end_of_record
SF:C:\\project\\src\\clamp.rs
DA:1,3
DA:2,0
DA:3,1,checksum
BRDA:2,0,0,3
BRDA:2,0,1,-
BRDA:2,1,0,0
end_of_record
"""


def test_only_the_target_is_counted(tmp_path):
    (tmp_path / "cover.lcov").write_text(REPORT)
    coverage = lcov_coverage(tmp_path / "cover.lcov", "src/clamp.rs")
    assert coverage == Coverage((2, 3), (1, 3), frozenset({2}))
    assert lcov_reached(tmp_path / "cover.lcov", "src/clamp.rs") == {1, 3, ("branch 2 0", "0")}


def test_without_a_report_or_the_target_nothing_is_covered(tmp_path):
    assert lcov_coverage(tmp_path / "missing", "a.rs") == Coverage()
    assert lcov_reached(tmp_path / "missing", "a.rs") == frozenset()
    (tmp_path / "cover.lcov").write_text(REPORT)
    assert lcov_coverage(tmp_path / "cover.lcov", "src/nowhere.rs") == Coverage()


@given(st.dictionaries(st.integers(1, 500), st.integers(0, 9), min_size=1))
def test_every_line_is_covered_or_missing(tmp_path_factory, counts):
    path = tmp_path_factory.getbasetemp() / "any.lcov"
    path.write_text("SF:src/a.rs\n" + "".join(f"DA:{line},{count}\n" for line, count in counts.items()))
    coverage = lcov_coverage(path, "src/a.rs")
    assert coverage.missing == {line for line, count in counts.items() if not count}
    assert coverage.lines == (len(counts) - len(coverage.missing), len(counts))
    assert coverage.branches is None
    assert lcov_reached(path, "src/a.rs") == set(counts) - coverage.missing


def test_odd_lines_are_left_out(tmp_path):
    (tmp_path / "cover.lcov").write_bytes(b"SF:/a.rs\nDA:x,1\nDA:1\n\xff\xfe\nBRDA:1,2\nDA:3,1\nend_of_record\n")
    assert lcov_coverage(tmp_path / "cover.lcov", "a.rs") == Coverage((1, 1), None, frozenset())

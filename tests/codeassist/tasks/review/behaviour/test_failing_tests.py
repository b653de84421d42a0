"""The findings on tests that fail only after a change."""

from __future__ import annotations

SOURCE = "def name(n):\n    return 'a' * 300 + str(n)\n\n\ndef size(n):\n    return n\n"


def red(result):
    return [f for f in result.every if f.rule == "test-now-fails"]


def test_long_values_are_cut_around_what_differs(compare):
    test = "from m import name\n\n\ndef test_name():\n    assert name(1) == 'a' * 300 + '1'\n"
    result, _ = compare({"m.py": SOURCE, "test_m.py": test}, {"m.py": SOURCE.replace("str(n)", "str(n + 1)")})
    (finding,) = red(result)
    assert "aaa2' == " in finding.message
    assert finding.message.endswith("aaa1'")
    assert len(finding.message) < 400


def test_each_test_to_run_again_is_on_a_line_of_its_own(compare):
    test = "import pytest\nfrom m import size\n\n\n@pytest.mark.parametrize('n', [1, 2, 3])\ndef test_size(n):\n    assert size(n) == n\n"
    result, _ = compare({"m.py": SOURCE, "test_m.py": test}, {"m.py": SOURCE.replace("return n\n", "return n + 1\n")})
    (finding,) = red(result)
    lines = finding.reproducer.split("\n")
    assert lines[0] == "python -m pytest \\"
    assert [line.strip(" \\'") for line in lines[1:]] == [f"test_m.py::test_size[{n}]" for n in (1, 2, 3)]
    assert all(line.endswith(" \\") for line in lines[:-1])
    assert "assert 2 == 1 (test_size[1]); " in finding.message


def test_one_exception_from_two_places_is_two_findings(compare):
    before = "def one(d):\n    return d.get('a')\n\n\ndef two(d):\n    return d.get('b')\n"
    test = "from m import one, two\n\n\ndef test_one():\n    assert one({}) is None\n\n\ndef test_two():\n    assert two({}) is None\n"
    after = before.replace(".get('a')", "['a']").replace(".get('b')", "['b']")
    result, _ = compare({"m.py": before, "test_m.py": test}, {"m.py": after})
    assert sorted((f.start, "KeyError" in f.message) for f in red(result)) == [(2, True), (6, True)]

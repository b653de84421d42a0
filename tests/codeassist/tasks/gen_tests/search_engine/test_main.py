"""Jobs of the engine: reading one, listing what can be tested, and running candidates again with another clock."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import asdict

from codeassist.tasks.gen_tests.search_engine.__main__ import read_job, search, shift_clock, survey
from codeassist.tasks.gen_tests.search_engine.protocol import ExampleCall, Job, Observation, Reached
from codeassist.tasks.gen_tests.search_engine.running.outcome import Candidate

CLOCK = """
import datetime
import time
from datetime import date


def moment():
    return datetime.datetime.utcnow()


def day():
    return date.today()


def stamp():
    return time.time()


def is_moment(value):
    return isinstance(value, datetime.datetime)
"""
CODE = """
def grade(points):
    if points > 90:
        return "a"
    return "b"


def _hidden():
    return 1


def forever(n):
    while True:
        pass
"""


def job(tmp_path, mode="search", **options) -> Job:
    return Job(mode, "subject", str(tmp_path / "subject.py"), str(tmp_path / "now"), [], 9, **options)


def test_the_clock_of_the_module_moves_by_more_than_a_year(bench_of, monkeypatch):
    bench = bench_of(CLOCK)
    monkeypatch.delattr(dt, "UTC")  # as in Python 3.10
    shift_clock(bench)
    year = dt.timedelta(days=365)
    now = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)  # noqa: UP017
    assert bench.module.moment() - now > year
    assert bench.module.day() - now.date() > year
    assert bench.module.stamp() - time.time() > year.total_seconds()
    assert bench.module.is_moment(now)


def test_a_module_that_does_not_read_the_clock_keeps_its_own(bench_of):
    bench = bench_of("import datetime\n\n\ndef first(year):\n    return datetime.date(year, 1, 1)\n")
    shift_clock(bench)
    assert bench.module.datetime is dt


def test_a_job_survives_its_json_form(tmp_path):
    sent = job(
        tmp_path,
        calls=[ExampleCall("f", "f(1)", [], "call site")],
        candidates=[Observation("f", ["x = 1"], "f(x)")],
        have=Reached([1], killed=[3]),
    )
    assert read_job(json.loads(json.dumps(asdict(sent)))) == sent
    assert read_job(json.loads(json.dumps(asdict(job(tmp_path))))).have is None


def test_a_survey_lists_targets_lines_and_conditions(bench_of, tmp_path):
    bench = bench_of(CODE)
    whole = survey(bench, job(tmp_path, "survey"))
    assert whole.parameters == {"grade": ["points"], "forever": ["n"]}
    assert whole.names == ["forever", "grade"]
    assert whole.mutants == len(bench.instrumenter.mutants) > 5
    one = survey(bench, job(tmp_path, "survey", names=["grade"]))
    assert list(one.parameters) == ["grade"]
    assert one.lines == [3, 4, 5]
    assert list(one.conditions.values()) == [3]


def test_a_search_skips_the_call_that_ended_an_earlier_process(bench_of, tmp_path):
    result = search(bench_of(CODE), job(tmp_path, seconds=8.0, skip=["forever(3)"]))
    assert {test.target for test in result.tests} == {"grade"}
    assert {check for test in result.tests for check in test.checks} == {"{v} == 'a'", "{v} == 'b'"}
    assert result.untouched == ["forever"]
    assert (tmp_path / "now").read_bytes().startswith((b"grade(", b"mutant"))


def test_the_same_candidate_has_the_same_signature_in_another_bench(bench_of):
    signatures = {repr(bench_of(CODE).run(Candidate("grade", (), "grade(95)")).signature) for _ in range(2)}
    assert len(signatures) == 1
    assert repr(bench_of(CODE).run(Candidate("grade", (), "grade(1)")).signature) not in signatures


def test_drafts_of_the_result_are_saved_before_the_last_steps(bench_of, tmp_path):
    """A process that is ended late has written what it found."""
    drafts = []
    result = search(bench_of("def grade(points: int):\n    return points > 90\n"), job(tmp_path, seconds=2.0), drafts.append)
    assert not result.draft
    assert [d.draft for d in drafts] == [True, True]
    assert all({test.target for test in d.tests} == {"grade"} for d in drafts)

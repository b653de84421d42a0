"""Jobs: progress, cancelling, what another server left behind."""

from __future__ import annotations

import json
import threading

import pytest

from codeassist.errors import UsageError
from codeassist.http.failures import ServerError
from codeassist.http.jobs import MOST_KEPT, MOST_WAITING, Job, Jobs
from tests.codeassist.http.running import parsed
from tests.conftest import write


@pytest.fixture
def jobs():
    made = Jobs()
    yield made
    made.close()


def ended(jobs, job):
    jobs._futures[job.id].result(30)
    return job


def test_a_job_reports_and_ends(jobs):
    def task(events, cancel):
        events.step("reading")
        events.progress(1, 2)
        events.note("a note")
        return {"answer": 42}

    job = ended(jobs, jobs.start("tests", "shop", task))
    assert (job.state, job.step, job.done, job.total, job.notes, job.result) == (
        "done",
        "reading",
        1,
        2,
        ["a note"],
        {"answer": 42},
    )


def test_errors_and_bugs(jobs):
    def fails(*_):
        raise UsageError("The file has no function.")

    def breaks(*_):
        raise RuntimeError("/secret/path")

    assert ended(jobs, jobs.start("tests", "shop", fails)).error == "The file has no function."
    broken = ended(jobs, jobs.start("tests", "shop", breaks))
    assert broken.state == "failed"
    assert "secret" not in broken.error


def test_running_and_waiting_jobs_can_be_cancelled(jobs):
    started = threading.Barrier(3)

    def endless(events, cancel):
        started.wait(30)
        while True:
            cancel.check()

    running = [jobs.start("tests", "shop", endless) for _ in range(2)]
    waiting = jobs.start("tests", "shop", lambda *_: 1)
    assert jobs.cancel(waiting.id).state == "cancelled"
    started.wait(30)
    for job in running:
        jobs.cancel(job.id)
        assert ended(jobs, job).state == "cancelled"


def test_too_many_waiting_jobs_are_refused(jobs):
    release = threading.Event()
    for _ in range(2):
        jobs.start("tests", "shop", lambda *_: release.wait(30))
    with pytest.raises(ServerError) as refused:
        for _ in range(MOST_WAITING + 3):
            jobs.start("tests", "shop", lambda *_: 1)
    assert refused.value.status == 429
    release.set()


def test_a_stopping_server_marks_its_jobs_and_the_next_one_knows_them():
    first = Jobs()

    def endless(events, cancel):
        while True:
            cancel.check()

    job = first.start("tests", "shop", endless)
    other = Jobs()
    assert other.get(job.id).state in ("waiting", "running")
    first.close()
    assert job.state == "interrupted"
    with pytest.raises(ServerError):
        first.start("tests", "shop", lambda *_: 1)
    assert Jobs().get(job.id).state == "interrupted"
    other.close()


def test_a_job_whose_server_was_killed_is_interrupted():
    first = Jobs()
    job = first.start("tests", "shop", lambda *_: 1)
    ended(first, job)
    path = first._folder / f"{job.id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"state": "running", "server": "0" * 32}))
    (first._folder / "damaged.json").write_text("{")
    assert Jobs().get(job.id).state == "interrupted"
    first.close()


def test_jobs_of_another_repository_of_the_same_name_are_not_shown(tmp_path):
    roots = {"shop": str(tmp_path / "shop")}
    first = Jobs(roots=roots)
    job = ended(first, first.start("tests", "shop", lambda *_: 1))
    first.close()
    again, elsewhere = Jobs(roots=roots), Jobs(roots={"shop": str(tmp_path / "other" / "shop")})
    assert again.get(job.id).result == 1
    assert elsewhere.list() == []
    again.close()
    elsewhere.close()


def test_tests_are_generated_as_a_job(server, indexed):
    write(indexed, {"shop/sums.py": 'def double(x: int) -> int:\n    """Twice x."""\n    return 2 * x\n'})
    job = server.post("/v1/tests", {"paths": ["shop/sums.py"], "seconds": 60})
    assert job.status_code == 202
    with server.client.stream("GET", f"/v1/jobs/{job.json()['id']}/events") as response:
        events = [json.loads(data) for _, data in parsed(response.iter_lines())]
    assert events[-1]["state"] == "done", events[-1]
    assert "double" in events[-1]["result"]["modules"][0]["text"]
    assert server.get("/v1/tests").json()["jobs"][0]["state"] == "done"


def test_the_end_is_sent_of_a_job_that_ends_while_its_state_is_written(server, monkeypatch):
    may_end, has_ended = threading.Event(), threading.Event()
    job = server.state.jobs.start("tests", "shop", lambda *_: may_end.wait(60))
    written = Job.as_json

    def as_json(self):
        state = written(self)
        if not may_end.is_set() and state["state"] == "running":
            may_end.set()
            has_ended.wait(60)
        return state

    monkeypatch.setattr(Job, "as_json", as_json)
    monkeypatch.setattr(server.state.jobs, "_on_end", lambda _: has_ended.set())
    with server.client.stream("GET", f"/v1/jobs/{job.id}/events") as response:
        events = [json.loads(data) for _, data in parsed(response.iter_lines())]
    assert [event["state"] for event in events] == ["running", "done"]


def test_paths_of_jobs_stay_inside_the_repository(server):
    assert server.post("/v1/tests", {"paths": ["../../etc/passwd"]}).status_code == 404
    for path in ("shop/missing.py", "a" * 300, "a\0b"):
        assert server.post("/v1/tests", {"paths": [path]}).status_code == 404
    assert server.get(f"/v1/jobs/{'0' * 32}").status_code == 404
    assert server.get("/v1/jobs/x").status_code == 422


def test_cancelling_over_http(server):
    job = server.state.jobs.start("tests", "shop", lambda events, cancel: [cancel.check() for _ in iter(int, 1)])
    assert server.client.delete(f"/v1/jobs/{job.id}").status_code == 200
    ended(server.state.jobs, job)
    assert server.get(f"/v1/jobs/{job.id}").json()["state"] == "cancelled"


def test_jobs_of_another_running_server_are_shown_and_left_to_it():
    first = Jobs()
    go = threading.Event()

    def wait(events, cancel):
        go.wait(30)
        return {"found": 3}

    job = first.start("tests", "shop", wait)
    second = Jobs()
    with pytest.raises(ServerError, match="Another server"):
        second.cancel(job.id)
    assert second.get(job.id).state in ("waiting", "running")
    second.close()
    go.set()
    ended(first, job)
    third = Jobs()
    assert (third.get(job.id).state, third.get(job.id).result) == ("done", {"found": 3})
    first.close()
    third.close()


def test_an_ended_job_of_another_server_is_read_again():
    first, go = Jobs(), threading.Event()
    job = first.start("tests", "shop", lambda events, cancel: go.wait(30))
    second = Jobs()
    assert second.get(job.id).state in ("waiting", "running")
    go.set()
    ended(first, job)
    assert second.get(job.id).state == "done"
    first.close()
    second.close()


def test_jobs_of_other_repositories_do_not_push_out_those_of_this_one(tmp_path):
    for root, number in ((tmp_path / "other", MOST_KEPT + 20), (tmp_path / "mine", 30)):
        jobs = Jobs(roots={"shop": str(root)})
        for _ in range(number):
            ended(jobs, jobs.start("tests", "shop", lambda events, cancel: None))
        jobs.close()
    again = Jobs(roots={"shop": str(tmp_path / "mine")})
    assert len(again.list()) == 30
    again.close()

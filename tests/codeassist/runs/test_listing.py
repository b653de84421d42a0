"""The JSON form of a list of runs."""

from __future__ import annotations

from codeassist.runs.listing import RunList
from codeassist.runs.store import Run, RunStore


def test_the_json_form_lists_complete_runs_in_order(tmp_path):
    store = RunStore(tmp_path)
    for question in ("first?", "second?"):
        store.add(Run("ask", question))
    form = RunList(store.list()).as_json()
    assert form["schema"] == "codeassist.log/1"
    assert [run["question"] for run in form["runs"]] == ["second?", "first?"]
    assert form["runs"][0] == store.get(2).as_json()


def test_no_runs_are_an_empty_list():
    assert RunList([]).as_json() == {"schema": "codeassist.log/1", "runs": []}

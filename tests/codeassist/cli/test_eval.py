"""`codeassist eval`: retrieval measured on the shop."""

from __future__ import annotations

import json

from tests.conftest import git, write


def test_eval_measures_this_repository(indexed, run, tmp_path):
    git(indexed, "init", "-q")
    git(indexed, "add", ".")
    git(indexed, "commit", "-qm", "Let the gateway retry a charge before it gives up")
    result = json.loads(run("eval", "--json", cwd=indexed).out)
    figures = result["configurations"][0]
    assert figures["questions"] == sum(1 for _ in range(figures["questions"]))
    assert set(figures["by_kind"]) >= {"docstring"}
    assert 0.5 < figures["all"]["ndcg@10"] <= 1.0
    write(tmp_path, {"other.toml": "[index]\nexclude = ['shop/auth.py']\n"})
    compared = run("eval", "--against", str(tmp_path / "other.toml"), cwd=indexed)
    assert compared.code == 0, compared.err
    assert "NDCG@10 of" in compared.out
    gain = json.loads(run("eval", "--against", str(tmp_path / "other.toml"), "--json", cwd=indexed).out)["ndcg_gain"]
    assert gain["low"] <= gain["mean"] <= gain["high"]
    assert gain["mean"] < 0
    assert run("eval", "--against", "nowhere.toml", cwd=indexed).code == 2
    assert not list(indexed.glob("codeassist-eval-*"))


def test_eval_removes_the_documentation_that_its_questions_quote(indexed):
    from codeassist.tasks.evaluate import make_questions
    from codeassist.tasks.evaluate.measure import blanked, without_documentation
    from indexers import Index

    text = '"""Head."""\n\ndef f():\n    """Does a thing.\n\n    And more.\n    """\n    return 1\n'
    stripped = blanked(text, ["Does a thing.\n\nAnd more."])
    assert "Does a thing" not in stripped
    compile(stripped, "x", "exec")
    with Index.open(indexed) as index:
        questions = make_questions(index, [], 50)
        assert questions
        with without_documentation(index, questions) as folder:
            for question in (q for q in questions if q.kind == "docstring"):
                for path in question.answers:
                    assert question.text not in (folder / path).read_text()
        assert not folder.exists()

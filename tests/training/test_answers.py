"""Fitting what answers are made with: the weights of lines and the confidence."""

from __future__ import annotations

import json

import numpy as np

from tests.conftest import write
from training import confidence, lines
from training.confidence import Seen

CODE = '''
def brew(kettle, minutes=4):
    """Brew tea in a kettle."""
    kettle.heat(96)
    kettle.wait(minutes)
    return kettle.pour()


def clean(kettle):
    """Clean the kettle with vinegar."""
    kettle.fill("vinegar")
    kettle.rinse(times=3)
    return kettle
'''


def checkout(tmp_path):
    write(tmp_path / "a+tea", {"tea.py": CODE})
    return tmp_path


def test_the_lines_with_the_facts_are_the_right_ones(tmp_path):
    case = {"repo": "a/tea", "question": "how long is tea brewed", "gold": [{"path": "tea.py", "start": 2, "end": 6}]}
    judged = lines.judge(checkout(tmp_path), [case | {"facts": ["minutes=4"]}])
    assert [int(j.right.sum()) for j in judged] == [1]
    assert judged[0].features.shape[1] == len(lines.FEATURES)


def test_absent_questions_belong_to_the_repository_above_them(tmp_path):
    file = tmp_path / "absent.txt"
    file.write_text("# a/tea\nwhere is coffee ground\n\n# b/pot\nhow is it glazed\n", encoding="utf-8")
    assert [(c["repo"], c["question"]) for c in confidence.absent_questions(file)] == [
        ("a/tea", "where is coffee ground"),
        ("b/pot", "how is it glazed"),
    ]


def seen(length, *, present, value=0.0, repository="a"):
    return Seen(repository, (value,), present, present, False, length)


def test_absent_questions_are_weighted_to_the_lengths_of_the_present_ones():
    questions = [seen(8, present=True), seen(8, present=True), seen(4, present=True), *[seen(4, present=False)] * 3]
    questions.append(seen(8, present=False))
    weights = confidence.balance(questions)
    assert np.isclose(weights[:3].sum(), weights[3:].sum())
    assert np.isclose(weights[-1] / weights[3:].sum(), 2 / 3)


def test_the_intercept_refuses_the_requested_share():
    generator = np.random.default_rng(0)
    features = np.concatenate([generator.normal(2, 1, (100, 1)), generator.normal(0, 1, (100, 1))])
    present = np.arange(200) < 100
    fitted = confidence.shifted(confidence.fit(features, present, np.ones(200)), features[present], 0.1)
    values = features @ fitted[:-1] + fitted[-1]
    assert fitted[0] > 0
    assert 0.08 <= (values[present] < 0).mean() <= 0.12
    assert (values[~present] < 0).mean() > 0.5


def test_the_shipped_absent_questions_are_cases():
    file = confidence.__file__.replace("confidence.py", "cases/absent.txt")
    cases = confidence.absent_questions(lines.Path(file))
    assert len({case["repo"] for case in cases}) == 20
    assert all(json.dumps(case) and len(case["question"].split()) >= 4 for case in cases)

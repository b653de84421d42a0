"""Candidates: every pair of similar functions is among them, and their number grows with the number of functions alone."""

from __future__ import annotations

import random

from codeassist.evidence.clones import THRESHOLD, normalised, token_likeness, tokens
from codeassist.tasks.duplicates.candidates import WINDOW, candidates


def code(*lines):
    original = tokens("\n".join(lines))
    return original, normalised(original)


FORMS = (
    "    {a} = {b}.{c}({a}, {d})",
    "    if {a} > {b}.{c}:\n        raise {c}({d})",
    "    for {a} in {c}({b}):\n        {b}.append({a} % {d})",
    "    with {c}({a}, {d}) as {b}:\n        pass",
    "    while not {a}[{b}]:\n        {a} += {c}",
    "    {a}, {b} = sorted([{c}, {d}], key=lambda {c}: -{c})",
    "    assert {a} and {b} or {c} is not {d}",
    "    yield from (x.{a} for x in {b} if {c} != {d})",
    "    try:\n        {a}.{b} = {c}\n    except {d}:\n        del {a}",
    "    return {{{a}: {b}, {c}: [{d}]}}",
)


def function(number, statements=9):
    """A function of random statements, the same for the same number."""
    chance = random.Random(number)
    body = [chance.choice(FORMS).format(**{n: f"name{chance.randrange(60)}" for n in "abcd"}) for _ in range(statements)]
    return code(f"def f{number}(x):", *body)


def test_similar_functions_of_one_pair_are_found_among_others():
    functions = [function(n) for n in range(300)]
    functions[70] = functions[250]
    functions[121] = code(" ".join(functions[120][0]).replace("name1", "other"))  # renamed
    found = set(map(tuple, candidates(functions, THRESHOLD).tolist()))
    assert {(70, 250), (120, 121)} <= found
    similar = {
        (i, j)
        for i in range(len(functions))
        for j in range(i + 1, len(functions))
        if token_likeness(functions[i], functions[j], THRESHOLD) >= THRESHOLD
    }
    assert {(70, 250), (120, 121)} <= similar <= found


def test_a_thousand_copies_give_thousands_of_pairs_not_a_million():
    copies = [function(1)] * 1_000
    pairs = candidates(copies, THRESHOLD)
    assert 999 <= len(pairs) <= 1_000 * WINDOW
    linked = {0}
    for i, j in sorted(map(tuple, pairs.tolist())):
        if i in linked or j in linked:
            linked |= {i, j}
    assert len(linked) == 1_000


def test_short_functions_and_those_of_another_length_are_no_candidates():
    long = function(2, statements=30)
    assert candidates([code("def f(a):", "    return a")] * 5, THRESHOLD).shape == (0, 2)
    assert candidates([long, (long[0][:40], long[1][:40])], THRESHOLD).tolist() == []
    assert candidates([], THRESHOLD).tolist() == []

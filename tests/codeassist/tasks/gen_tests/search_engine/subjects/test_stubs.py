"""Parameters that code uses by their attributes get an object with these attributes."""

from __future__ import annotations

import ast

import pytest

from codeassist.tasks.gen_tests.search_engine.inputs.candidates import Maker
from codeassist.tasks.gen_tests.search_engine.subjects.stubs import attributes, written
from codeassist.tasks.gen_tests.search_engine.subjects.targets import Inventory

SOURCE = """
def describe(args):
    if args.verbose:
        return args.name.upper()
    return args.parent.title


def size(text):
    return len(text.strip())


def reply(request):
    if request.method == "POST":
        return [part for part in request.parts]
    return request.find("a")
"""


def test_attributes_that_are_read_are_found_and_stored_ones_are_not():
    names, _ = attributes(ast.parse("p.a\np.b = 1\np.c.d()\nq.e\np.__dict__"), "p")
    assert names == ["a", "c"]


@pytest.mark.parametrize(("name", "text"), [("args", "argparse.Namespace(a=1)"), ("request", "types.SimpleNamespace(a=1)")])
def test_the_object_as_text(name, text):
    assert written(name, {"a": "1"}) == text


def test_candidates_pass_objects_whose_attributes_work(bench_of):
    bench = bench_of(SOURCE)
    inventory = Inventory(bench)
    maker = Maker(bench, inventory, 1)
    outcomes = {}
    for target in inventory.targets:
        outcomes[target.name] = [bench.run(maker.candidate(target)) for _ in range(30)]
    described = [o for o in outcomes["describe"] if not o.raised and not o.bad]
    assert {line for o in described for line in o.lines} >= {3, 4, 5}
    assert {line for o in outcomes["reply"] if not o.raised for line in o.lines} >= {13, 14, 15}
    assert not any("SimpleNamespace" in maker.candidate(target).final for target in inventory.targets if target.name == "size")


def test_code_that_reads_no_attribute_of_a_parameter_is_not_copied():
    tree = ast.parse("other.a\np[0]")
    assert attributes(tree, "p") == ([], tree)
    assert attributes(tree, "p")[1] is tree

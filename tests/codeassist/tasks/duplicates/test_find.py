"""Duplicates: clusters of similar functions, what they would save, and what is ignored."""

from __future__ import annotations

import pytest

from codeassist.tasks.duplicates import Cluster, Member, find_duplicates
from indexers import Index
from tests.conftest import write

BODY = """    total = 0
    for {item} in {items}:
        if {item}.price > 0 and not {item}.cancelled:
            total += {item}.price * {item}.count
        elif {item}.refund:
            total -= {item}.refund * {item}.count
    return round(total / 100, 2)
"""
OTHER = '''def connect(host, port, *, retries=3):
    """Open a socket."""
    while retries:
        with open(f"/tmp/{host}-{port}", "rb") as handle:
            data = handle.read().split(b":")
        if data:
            return {key: value for key, value in zip(data[::2], data[1::2])}
        retries = retries - 1
    raise OSError(host)
'''


def copied(name, item, items):
    return f"def {name}({items}):\n" + BODY.format(item=item, items=items)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    files = {
        "shop/cart.py": copied("cart_total", "line", "lines"),
        "shop/invoice.py": copied("invoice_sum", "entry", "entries"),
        "stock/report.py": copied("report_value", "row", "rows") + "\n\n" + OTHER,
        "tests/test_cart.py": copied("cart_total", "line", "lines"),
    }
    with Index.build(write(tmp_path_factory.mktemp("duplicated"), files)) as index:
        yield index


def members(result):
    return [[member.name for member in cluster.members] for cluster in result.clusters]


def test_renamed_copies_are_one_cluster_and_tests_are_ignored(index):
    result = find_duplicates(index)
    assert members(result) == [["cart_total", "invoice_sum", "report_value"]]
    (cluster,) = result.clusters
    assert result.threshold <= cluster.likeness <= 1
    assert cluster.lines == 16
    for member in cluster.members:
        lines = (index.root / member.path).read_text().splitlines()
        assert lines[member.start - 1].startswith(f"def {member.name}(")
        assert lines[member.end - 1].startswith("    return round(")


def test_tests_are_included_on_request(index):
    assert members(find_duplicates(index, tests=True)) == [["cart_total", "invoice_sum", "report_value", "cart_total"]]


def test_one_member_of_each_pair_is_under_the_given_paths(index):
    assert {"cart_total", "report_value"} <= set(members(find_duplicates(index, ["stock/"]))[0])
    assert find_duplicates(index, ["nowhere/"]).clusters == []


def test_at_the_highest_threshold_only_equal_code_remains(index):
    strict = find_duplicates(index, threshold=1.0, tests=True)
    assert all(cluster.likeness == 1.0 for cluster in strict.clusters)
    assert members(strict) == [["cart_total", "cart_total"]]


def test_what_was_deleted_since_is_no_duplicate(tmp_path):
    root = write(tmp_path, {"a.py": copied("first", "x", "xs"), "b.py": copied("second", "y", "ys")})
    with Index.build(root) as index:
        assert members(find_duplicates(index)) == [["first", "second"]]
        (root / "b.py").write_text("")
        assert find_duplicates(index).clusters == []


def test_a_cluster_would_save_all_but_its_shortest_member():
    cluster = Cluster((Member("a", 1, 10, "f"), Member("b", 5, 9, "g"), Member("c", 1, 7, "h")), 0.8)
    assert cluster.lines == 10 + 7


def test_the_json_form_has_the_first_clusters_and_their_number(index):
    value = find_duplicates(index).as_json(0)
    assert (value["schema"], value["found"], value["clusters"]) == ("codeassist.duplicates/1", 1, [])
    (cluster,) = find_duplicates(index).as_json(5)["clusters"]
    assert cluster["members"][0] == {"path": "shop/cart.py", "start_line": 1, "end_line": 8, "name": "cart_total"}


STUB = """@{how}
def connect(
    host: str,
    port: int = 1,
    *,
    retries: {kind} = 3,
    wait: {kind} = 1,
    name: str = '',
) -> {kind}: {body}
"""


def test_signatures_alone_are_no_duplicates(tmp_path):
    def stubs(how, body="..."):
        return "".join(STUB.format(how=how, kind=kind, body=body) for kind in ("int", "float"))

    text = stubs("overload") + stubs("typing.overload", "\n    'As declared.'") + stubs("staticmethod")
    with Index.build(write(tmp_path, {"a.py": text, "b.pyi": text})) as index:
        assert find_duplicates(index).clusters == []


def test_the_inner_functions_of_duplicates_are_not_listed_again(tmp_path):
    def outer(name, item):
        inner = "".join(f"    {line}\n" for line in copied(f"{name}_inner", item, "rows").splitlines())
        return f"def {name}(rows):\n{inner}    {name} = print(rows, 'start')\n    return {name}_inner\n"

    with Index.build(write(tmp_path, {"a.py": outer("first", "x"), "b.py": outer("second", "y")})) as index:
        assert members(find_duplicates(index)) == [["first", "second"]]

"""Search: ranking, filters, unusual queries.

Rankings of three small repositories are kept as files that a person can read: a change of ranking is a diff. A case is a
question (`?`), the right place (`=`), then what the search returns: the first ten results with the right one marked by
`*`, and its rank. `UPDATE_CASES=1 pytest tests/indexers/search/test_searcher.py` writes the results again.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexers import Index, QueryError
from indexers.search.options import Options
from tests.conftest import write


@pytest.mark.parametrize(
    ("query", "path", "name"),
    [
        ("where is the password hashed", "shop/auth.py", "hash_password"),
        ("charge an account", "shop/payments.py", "Gateway"),
        ("Reserve", "stock/inventory.go", "Reserve"),
        ("registerRoutes", "shop/web/routes.js", "registerRoutes"),
        ("Gateway.charge", "shop/payments.py", "Gateway"),
        ("shop/web/templates.js", "shop/web/templates.js", "render"),
        ("take goods out of the inventory", "stock/inventory.go", "Reserve"),
    ],
)
def test_the_relevant_chunk_ranks_first(shop_index, query, path, name):
    hit = shop_index.search(query)[0]
    assert hit.path == path
    assert name in hit.text
    assert hit.start_line <= hit.end_line
    assert hit.text == "\n".join((shop_index.root / path).read_text().split("\n")[hit.start_line - 1 : hit.end_line])


def test_one_result_per_file_unless_all_chunks_are_requested(tmp_path):
    body = "\n\n".join(f"def parse_date_{n}(text):\n" + "    # parse the date\n" * 30 + f"    return {n}" for n in range(5))
    root = write(tmp_path, {"dates.py": body, "other.py": "def parse_date():\n    return 0\n"})
    with Index.build(root) as index:
        assert sorted(hit.path for hit in index.search("parse the date")) == ["dates.py", "other.py"]
        assert len(index.search("parse the date", all_chunks=True)) >= 5


def test_tests_rank_below_code_unless_requested(shop_index):
    assert shop_index.search("checkout charges basket")[0].path == "shop/payments.py"
    assert shop_index.search("tests of checkout charges the basket")[0].path == "tests/test_payments.py"


def test_filters_apply_before_the_top_k(tmp_path):
    files = {f"src/m{n}.py": f"def handle_request_{n}():\n    return handle()\n" for n in range(400)}
    root = write(tmp_path, files | {"lib/only.go": "package lib\n\nfunc Unrelated() {}\n"})
    with Index.build(root) as index:
        assert [hit.path for hit in index.search("handle request", 3, paths=["lib/"])] == ["lib/only.go"]
        assert [hit.language for hit in index.search("handle request", 3, languages=["go"])] == ["go"]
        assert {hit.path for hit in index.search("handle request", 3, paths=["src/m39[0-9].py"])} <= {
            f"src/m39{n}.py" for n in range(10)
        }
        assert index.search("handle request", paths=["nowhere/"]) == []


def test_kind_and_test_filters(shop_index):
    assert {(hit.kind, hit.name) for hit in shop_index.search("charge", kinds=["class"])} == {
        ("class", "Gateway"),
        ("class", "AuthError"),
    }
    assert {hit.name for hit in shop_index.search("charge", kinds=["constant"])} == {"RETRIES"}
    with pytest.raises(QueryError, match="Unknown kind 'klingon'; the indexed kinds are .*class"):
        shop_index.search("x", kinds=["klingon"])
    assert [hit.path for hit in shop_index.search("checkout", tests=True)] == ["tests/test_payments.py"]
    assert all(not hit.path.startswith("tests/") for hit in shop_index.search("checkout", 50, tests=False))
    with pytest.raises(QueryError, match="Unknown language 'klingon'"):
        shop_index.search("x", languages=["klingon"])


@pytest.mark.parametrize("query", ["", "   ", "\n\t"])
def test_an_empty_query_is_rejected(shop_index, query):
    with pytest.raises(QueryError, match="empty"):
        shop_index.search(query)


@pytest.mark.parametrize(
    "query",
    [
        "a",
        "the of and",
        "🎉🎉",
        "认证是在哪里处理的？",
        "אימות",
        "x" * 100_000,
        "word " * 20_000,
        '"quoted" OR (NEAR* ^',
        "%_%",
        "'; DROP--",
        'Traceback (most recent call last):\n  File "shop/auth.py", line 17, in authenticate\nAuthError: bob',
        "\0\x1b[31m",
        "AND OR NOT",
    ],
)
def test_unusual_queries_do_not_fail(shop_index, query):
    assert len(shop_index.search(query, 5)) <= 5


def test_a_stack_trace_finds_the_raising_function(shop_index):
    trace = 'File "shop/auth.py", line 17, in authenticate\n    raise AuthError(name)\nAuthError: bob'
    assert shop_index.search(trace)[0].path == "shop/auth.py"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=80), st.integers(1, 12))
def test_results_of_any_query_are_sorted_and_deterministic(shop_index, text, k):
    if not text.strip():
        return
    hits = shop_index.search(text, k)
    assert len(hits) <= k
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.path for hit in hits}) == len(hits)
    assert hits == shop_index.search(text, k)


def test_reasons_sum_to_the_score(shop_index):
    for hit in [*shop_index.search("charge an account", options=Options(all_chunks=True)), *shop_index.search("charge")]:
        assert sum(hit.reasons.values()) == pytest.approx(hit.score)


def test_lexical_and_dense_search_can_be_disabled(shop_index):
    lexical = shop_index.search("charge an account", options=Options(dense=False))
    dense = shop_index.search("charge an account", options=Options(lexical=False))
    assert all("dense" not in hit.reasons for hit in lexical)
    assert all("lexical" not in hit.reasons for hit in dense)
    assert lexical[0].path == dense[0].path == "shop/payments.py"


def test_the_text_of_a_deleted_file_is_empty(shop):
    with Index.build(shop) as index:
        (shop / "stock/inventory.go").unlink()
        assert index.search("Reserve")[0].text == ""


def test_k_must_be_positive(shop_index):
    with pytest.raises(QueryError, match="at least 1"):
        shop_index.search("x", 0)


def test_a_query_of_thousands_of_words_gives_results(shop_index):
    assert shop_index.search("charge account " + "lorem ipsum " * 25_000)


@pytest.mark.parametrize(
    "text",
    ["x", "the", "🎉🎉", "مرحبا بالعالم charge", "def charge(self): return self.send()", "\u202echarge", "שלום charge account"],
)
def test_queries_in_any_script_do_not_fail(shop_index, text):
    assert isinstance(shop_index.search(text), list)


CASES = Path(__file__).parents[2] / "cases" / "ranking"


def _questions(text: str) -> list[tuple[str, str]]:
    lines = text.splitlines()
    questions = [line[2:] for line in lines if line.startswith("? ")]
    answers = [line[2:] for line in lines if line.startswith("= ")]
    assert len(questions) == len(answers) > 0
    return list(zip(questions, answers, strict=True))


def _results(index: Index, question: str, answer: str) -> list[str]:
    path, name = answer.split(" ")
    lines, rank = [], "none"
    for position, hit in enumerate(index.search(question, k=10), start=1):
        right = hit.path == path and name in hit.text
        if right and rank == "none":
            rank = str(position)
        lines.append(f"{position:4} {'*' if right else ' '} {hit.path}:{hit.start_line}-{hit.end_line} {hit.name}".rstrip())
    return [f"? {question}", f"= {answer}", *lines, f"rank {rank}", ""]


@pytest.mark.parametrize("case", sorted(CASES.glob("*.ranking")), ids=lambda path: path.stem)
def test_ranking_is_as_recorded(case: Path, tmp_path: Path) -> None:
    repository = shutil.copytree(case.with_suffix(""), tmp_path / case.stem)
    expected = case.read_text(encoding="utf-8")
    with Index.build(repository) as index:
        actual = "\n".join(line for question in _questions(expected) for line in _results(index, *question))
    if os.environ.get("UPDATE_CASES"):
        case.write_text(actual, encoding="utf-8", newline="\n")
    assert case.read_text(encoding="utf-8") == actual


@pytest.mark.parametrize(
    ("query", "text"),
    [("aliases", "alias"), ("alias", "aliases"), ("case", "cases"), ("ids", "id"), ("id", "ids"), ("ops", "op"), ("op", "ops")],
)
def test_singular_and_plural_meet(tmp_path, query, text):
    files = {f"m{n}.py": f"def other_{n}():\n    return {n}\n" for n in range(20)}
    root = write(tmp_path, files | {"right.py": f"def lookup():\n    return table.{text}\n"})
    with Index.build(root) as index:
        best = index.search(f"lookup {query}")[0]
        assert best.path == "right.py"
        assert index.search(query)[0].reasons.get("lexical")


@pytest.mark.parametrize("query", ["Cache.clear", "Cache::clear", "Cache.clear()", "DiskCache.clear"])
def test_a_qualified_name_means_the_member_of_that_class(tmp_path, query):
    members = "".join(f"    def step_{n}(self):\n" + "        work()\n" * 12 + "\n" for n in range(6))
    classes = [
        f'class {name}:\n    """Keeps things."""\n\n{members}    def clear(self):\n        self.items = {name!r}\n        del self.x\n'
        for name in ("MemoryCache", "Cache", "DiskCache")
    ]
    root = write(tmp_path, {"cache.py": "\n\n".join(classes), "use.py": "def clear():\n    return 1\n"})
    with Index.build(root) as index:
        hit = index.search(query)[0]
        owner = query.replace("::", ".").split(".")[0]
        assert repr(owner) in hit.text
        assert "def clear" in hit.text


def test_an_index_updated_step_by_step_ranks_like_a_fresh_one(tmp_path):
    topics = ("cache", "parser", "socket", "invoice", "router", "logger")
    files = {
        f"src/{topic}_{n}.py": f"class {topic.title()}{n}:\n    def __init__(self):\n        self.{topic} = {n}\n\n"
        f'    def open_{topic}(self):\n        """Open the {topic} number {n}."""\n        return self.{topic}\n'
        for topic in topics
        for n in range(25)
    }
    fresh, stepwise = tmp_path / "fresh", tmp_path / "stepwise"
    write(fresh, files)
    write(stepwise, {"src/socket_1.py": "def old():\n    return 1\n", "gone.py": "def gone():\n    return 0\n"})
    names = sorted(files, reverse=True)
    with Index.build(stepwise) as index:
        for start in range(0, len(names), 60):
            write(stepwise, {name: files[name] for name in names[start : start + 60]})
            index.update()
        (stepwise / "gone.py").unlink()
        index.update()
        with Index.build(fresh) as other:
            for query in (
                "open the socket number 7",
                "__init__",
                "Parser3.__init__",
                "where is the invoice opened",
                "router logger",
            ):
                ranks = [
                    [(hit.path, hit.start_line) for hit in i.search(query, 50, options=Options(all_chunks=True, dense=False))]
                    for i in (index, other)
                ]
                assert ranks[0] == ranks[1], query
                best = [[(hit.path, hit.start_line) for hit in i.search(query, 1)] for i in (index, other)]
                assert best[0] == best[1], query


def test_the_definition_of_a_single_name_comes_before_a_file_that_is_full_of_it(tmp_path):
    uses = "\n\n".join(
        f"def get_route_{n}(scope):\n    path = get_route_path(scope)\n    route_path = get_route_path(path)\n    return route_path + str({n})\n"
        for n in range(30)
    )
    files = {
        "web/routing.py": f"from web.helpers import get_route_path\n\n\n{uses}",
        "web/helpers.py": "def get_route_path(scope):\n    return scope\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert [hit.path for hit in index.search("get_route_path", 2)] == ["web/helpers.py", "web/routing.py"]


def test_a_name_with_a_capital_does_not_mean_a_function_in_lower_case(tmp_path):
    files = {
        "lib/shop/router.ex": 'defmodule Shop.Router do\n  @moduledoc "The router matches the paths of requests"\n\n'
        "  def match(router, path) do\n    Enum.find(router.routes, path)\n  end\nend\n",
        "lib/shop/tasks.ex": "defmodule Shop.Tasks do\n  def run(args) do\n    print(router(args))\n  end\n\n"
        "  defp router(args) do\n    args[:name]\n  end\nend\n",
        "lib/shop/cart.ex": "defmodule Shop.Cart do\n  def add(cart, item), do: [item | cart]\nend\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert index.search("Router")[0].path == "lib/shop/router.ex"


def test_a_name_in_lower_case_finds_a_class(tmp_path):
    files = {
        "a.py": "class RetryPolicy:\n    pass\n",
        "b.py": "# retrypolicy retrypolicy retrypolicy: how often it is tried\nlimit = 3\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        assert index.search("retrypolicy")[0].path == "a.py"

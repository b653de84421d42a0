"""Questions in a person's own words: which passages, and how many of them fit into a budget."""

from __future__ import annotations

import pytest

from indexers import Index, QueryError
from indexers.search.evidence import tokens_of
from indexers.search.passages import FEATURES, weights
from tests.conftest import write

CACHE = '''"""The cache of pages."""

import os


class Cache:
    """Keeps pages."""

    def __init__(self, folder, limit=300):
        self.folder = folder
        self.limit = limit

    def wipe_expired(self, now):
        for entry in os.scandir(self.folder):
            if entry.stat().st_mtime + self.limit < now:
                os.unlink(entry.path)

    def store(self, key, page):
        with open(os.path.join(self.folder, key), "w") as out:
            out.write(page)
'''


def library(tmp_path):
    other = {
        f"src/part{n}.py": f'"""Part {n}."""\n\n\ndef run_{n}(page):\n    """Run step {n} on a page."""\n    return page + {n}\n'
        for n in range(30)
    }
    guide = "# Guide\n\n## Old pages\n\nOld pages are deleted after `limit` seconds.\n\n## Steps\n\nA step runs on a page.\n"
    return write(tmp_path, other | {"src/cache.py": CACHE, "docs/v1/guide.md": guide, "docs/v2/guide.md": guide})


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with Index.build(library(tmp_path_factory.mktemp("library"))) as index:
        yield index


def test_every_weight_belongs_to_a_feature():
    assert set(weights()) == set(FEATURES)


def test_the_passage_that_does_it_is_first(index):
    best = index.passages("which code removes stale files from disk", 1)
    assert best.hits[0].name == "wipe_expired" or "unlink" in best.hits[0].text


def test_evidence_keeps_to_its_budget_but_is_never_empty(index):
    question = "when are old pages deleted"
    small, large = index.evidence(question, 40), index.evidence(question, 400)
    assert sum(tokens_of(hit.text) for hit in large) <= 400 + 4 * len(large)
    assert 1 <= len(small) < len(large)
    assert len(index.evidence(question, 1)) == 1


def test_evidence_has_each_text_once_and_no_overlaps(index):
    hits = index.evidence("when are old pages deleted", 3_000)
    lines = [(hit.path, line) for hit in hits for line in range(hit.start_line, hit.end_line + 1)]
    assert len(lines) == len(set(lines))
    assert len({hit.path for hit in hits if hit.path.endswith("guide.md")}) == 1


def test_neighbouring_passages_of_a_file_are_one(index):
    hits = [hit for hit in index.evidence("cache store wipe expired limit folder", 2_000) if hit.path == "src/cache.py"]
    assert len(hits) == 1
    assert hits[0].text == "\n".join(CACHE.split("\n")[hits[0].start_line - 1 : hits[0].end_line])


def test_filters_and_errors_are_those_of_search(index):
    assert {hit.path for hit in index.evidence("old pages", 500, paths=["docs/v2/"])} == {"docs/v2/guide.md"}
    assert index.evidence("old pages", 500, paths=["nowhere/"]) == []
    with pytest.raises(QueryError, match="empty"):
        index.evidence("  ", 100)
    with pytest.raises(QueryError, match="tokens"):
        index.evidence("old pages", 0)


def test_files_deleted_since_they_were_indexed_are_no_evidence(tmp_path):
    root = library(tmp_path)
    with Index.build(root) as index:
        (root / "src/cache.py").unlink()
        assert "src/cache.py" not in {hit.path for hit in index.evidence("wipe expired pages", 2_000)}


def test_a_filter_leaves_the_best_permitted_results(tmp_path):
    files = {f"a/m{n}.py": f"def load_page_{n}():\n    load_page()\n    load_page()\n" for n in range(300)}
    root = write(tmp_path, files | {"b/m.py": "def show():\n    # a page is mentioned once\n    return load()\n"})
    with Index.build(root) as index:
        hit = index.search("load page", 1, paths=["b/"])[0]
        assert hit.path == "b/m.py"
        assert hit.reasons["lexical"] > 0


def test_all_chunks_of_a_question_are_ranked_by_their_text(index):
    question = "which code removes stale files from the folder once the limit in seconds has passed"
    hits = index.search(question, 5, all_chunks=True)
    assert [(h.path, h.start_line) for h in hits] == [(h.path, h.start_line) for h in index.passages(question, 5).hits]


def test_a_changelog_stands_behind_the_guide_unless_it_is_asked_why(tmp_path):
    text = "Old pages of the cache are wiped after the limit.\n"
    files = {"CHANGELOG.md": f"# 2.0\n\n{text}", "guide.md": f"# Pages\n\n{text}", "pages.yml": f"text: |\n  {text}"}
    with Index.build(write(tmp_path, files)) as index:
        ranked = {p.row.path: p for p in index.passages("what happens to old pages of the cache", 3).passages}
        history = {path: p.features["history"] for path, p in ranked.items()}
        assert history == {path: float(path == "CHANGELOG.md") for path in ranked}
        assert ranked["guide.md"].score > ranked["CHANGELOG.md"].score
        assert {path: p.features["configuration"] for path, p in ranked.items()}.get("guide.md") == 0.0
        why = index.passages("why are old pages of the cache wiped", 3).passages
        assert all(p.features["history"] == 0.0 for p in why)


def test_the_folder_that_a_question_names_comes_first(tmp_path):
    body = "fun signIn(user: String, word: String): Boolean {{\n    // the user is authenticated by {0}\n    return known[user] == word\n}}\n"
    files = {f"samples/{name}/src/App.kt": body.format(name[::-1]) for name in ("otter", "heron", "tern", "crane")}
    with Index.build(write(tmp_path, files)) as index:
        for name in ("heron", "crane"):
            first = index.passages(f"where is the user authenticated in {name}", 1).hits[0]
            assert first.path == f"samples/{name}/src/App.kt"


def test_what_only_passes_a_call_on_counts_less(tmp_path):
    files = {
        "client/grab.py": "def grab(client, url, follow=False):\n    return ask(client, url, follow=follow)\n",
        "client/ask.py": "def ask(client, url, follow=False):\n    while follow:\n        url = client.detour(url)\n    return url\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        passages = index.passages("how are detours followed", 0).passages
        assert {p.row.name: p.features["delegates"] for p in passages} == {"grab": 1.0, "ask": 0.0}
        assert weights()["delegates"] < 0


def test_a_document_counts_less_for_how_it_does_something_than_for_how_somebody_does(tmp_path):
    manual = "# Redirects\n\nTo follow redirects, redirects are followed with `follow_redirects=True` on a request.\n"
    code = "def _send_with_redirects(request, follow):\n    return request.next() if follow else request\n"
    with Index.build(write(tmp_path, {"docs/redirects.md": manual, "client.py": code})) as index:
        does, do_i = (
            index.passages(question, 5).passages for question in ("how does it follow redirects", "how do I follow redirects")
        )
    documents = [{p.row.path: p.features["mechanism_document"] for p in some}["docs/redirects.md"] for some in (does, do_i)]
    assert documents == [1.0, 0.0]
    assert {p.row.name: p.features["acts"] > 0 for p in does}["_send_with_redirects"]

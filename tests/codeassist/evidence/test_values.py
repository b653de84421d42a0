"""Values that lines state, and the lines elsewhere that set what some places use."""

from __future__ import annotations

import time

import numpy as np
import pytest

from codeassist.evidence.values import decisive_values, values_in, where_set
from indexers import Index
from tests.conftest import write


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("self.length = length or 40", ["length or 40"]),
        ("      dead_jobs: 10_000,", ["dead_jobs: 10_000"]),
        ('parts["year"] = 1900 + value if value > 68 else 2000', ["value > 68"]),
        ('var DefaultPrefix = "no-"', ['DefaultPrefix = "no-"']),
        ("static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);", ["Pause = TimeSpan.FromSeconds(5)"]),
        ('  "node": ">= 18"', ['"node": ">= 18"']),
        ("def f(a: int = 5, *, deep: bool = True)", ["a: int = 5", "deep: bool = True"]),
        ("this.retries = options.retries ?? 3", ["options.retries ?? 3"]),
        ("    interval: 5 * time.Second,", ["interval: 5 * time.Second"]),
        ("wait: slow ? 10000 : 5000,", ["wait: slow ? 10000"]),
        ('Column("version", String(32))', ['"version", String(32)']),
        ("LIMITS = Limits(read=5.0, write=5.0)", ["LIMITS = Limits(read=5.0, write=5.0)"]),
        ("const mostFrames int = 25", ["mostFrames int = 25"]),
        ("#define MAX_DEPTH 10000", ["#define MAX_DEPTH 10000"]),
        ("  @pause_between 5_000", ["@pause_between 5_000"]),
        ("serve --host ${HOST:-localhost}", ["${HOST:-localhost}"]),
        ("if kind == 'a' or other is None:", []),
        ("names = ['a', 'b']", []),
        ('<see cref="Store"/>', []),
        ('<div className="flex py-8 gap-2">', []),
    ],
)
def test_values_are_read_from_the_forms_of_many_languages(line, values):
    assert values_in(line) == values


@pytest.mark.parametrize("line", ["a-" * 40_000, "$a" * 40_000, "a:" + " " * 80_000])
def test_long_lines_take_little_time(line):
    started = time.process_time()
    assert values_in(line) == []
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


def test_a_question_for_a_number_gets_numbers():
    lines = ['mode = "fast"', "limit = 7"]
    scores = np.array([2.0, 1.0])
    assert decisive_values(lines, scores, "how many are kept", "", 100) == ["limit = 7"]
    assert decisive_values(lines, scores, "which mode is the default", "", 100) == ['mode = "fast"', "limit = 7"]
    assert decisive_values(lines, scores, "how many are kept", "limit = 7", 100) == []


def test_the_line_that_sets_what_a_place_uses_is_found(tmp_path):
    files = {
        "settings.py": "DEFAULTS = {\n    'parcel_max_weight': 25,\n    'parcel_color': None,\n}\n",
        "parcels.py": "def accept(parcel, options):\n    return parcel.weight <= options['parcel_max_weight']\n",
        "test_parcels.py": "OPTIONS = {'parcel_max_weight': 1}\n",
    }
    question = "how much may a parcel weigh at most"
    with Index.build(write(tmp_path, files)) as index:
        hits = [hit for hit in index.search(question) if hit.path == "parcels.py"]
        set_in = where_set(index, hits, index.words(question))
        assert [(s.path, s.line, s.text) for s in set_in] == [("settings.py", 2, "'parcel_max_weight': 25,")]
        assert where_set(index, hits, index.words("who painted the harbour")) == []


def test_the_setting_that_has_the_words_of_the_question_is_asked_for(tmp_path):
    files = {
        "options.h": "struct Options {\n  size_t write_buffer_size = 4 * 1024 * 1024;\n  int write_pause = 3;\n};\n",
        "main.cc": "void run(Options options) {\n  open(options.write_buffer_size, options.write_pause);\n}\n",
    }
    question = "what is the default write buffer size"
    with Index.build(write(tmp_path, files)) as index:
        found = where_set(index, index.search(question), index.words(question))
        assert [(s.line, s.asked_for) for s in found[:1]] == [(2, True)]


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("what is the default patience of a request?", "DEFAULT_PATIENCE_CONFIG = Patience(wait=5.0)"),
        ("what is the default maximum number of detours?", "DEFAULT_MAX_DETOURS = 20"),
    ],
)
def test_the_constant_that_a_default_is_named_with_is_the_answer(tmp_path, question, line):
    files = {
        "client/_config.py": "DEFAULT_PATIENCE_CONFIG = Patience(wait=5.0)\nDEFAULT_MAX_DETOURS = 20\n",
        "client/client.py": (
            "class Client:\n    def request(self, url, patience=None, max_detours=None):\n"
            "        return self.send(url, patience, max_detours)\n\n    def detour(self, detours):\n        return detours + 1\n"
        ),
        **{f"client/request_{n}.py": f"def request_{n}(request):\n    return request + {n}\n" for n in range(8)},
    }
    with Index.build(write(tmp_path, files)) as index:
        found = where_set(index, index.search(question), index.words(question))
        assert [(s.text, s.asked_for) for s in found[:1]] == [(line, True)]


def test_the_value_in_an_example_of_a_call_is_not_the_default(tmp_path):
    files = {
        "docs/a-use.md": "# Use\n\n    store.insert_all(rows, batch_size=9000)\n\n    store.insert_all(rows, batch_size=7)\n",
        "store.py": "def insert_all(rows, batch_size: int = 100):\n    return [rows[:batch_size]]\n",
    }
    question = "what is the default batch size for insert_all"
    with Index.build(write(tmp_path, files)) as index:
        found = where_set(index, index.search(question), index.words(question))
    assert [s.path for s in found if s.asked_for] == ["store.py"]


def test_a_document_that_states_a_default_is_believed(tmp_path):
    files = {
        "docs/use.md": "# Options\n\n- `batch_size = 50` is the default.\n",
        "store.py": "def insert_all(rows, batch_size):\n    pass\n",
    }
    question = "what is the default batch size"
    with Index.build(write(tmp_path, files)) as index:
        found = where_set(index, index.search(question), index.words(question))
    assert [(s.path, s.line) for s in found if s.asked_for] == [("docs/use.md", 3)]


def test_nothing_is_the_value_of_a_setting_only_if_that_setting_is_asked_for(tmp_path):
    files = {
        "pages.py": "from settings import DEFAULTS\n\n\ndef pages(rows):\n    return len(rows) // DEFAULTS['ROWS_SHOWN']\n",
        "settings.py": "DEFAULTS = {\n    'ROWS_SHOWN': None,\n}\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        for question, lines in (
            ("what are rows shown by default", ["'ROWS_SHOWN': None,"]),
            ("default colour of the pages", []),
        ):
            ranked = index.passages(question, 1, paths=["pages.py"])
            assert [setting.text for setting in where_set(index, ranked.hits, ranked.words)] == lines


def test_a_class_variable_sets_a_setting_and_a_function_is_named(tmp_path):
    files = {
        "lock.rb": "class Lock\n  def closed?\n    attempts > self.class.most_attempts\n  end\nend\n",
        "shop.rb": "module Shop\n  mattr_accessor :most_attempts\n  @@most_attempts = 20\nend\n",
        "pages.py": "def page(rows):\n    return rows[: page_length]\n\n\ndef configure():\n    global page_length\n    page_length = 30\n",
    }
    with Index.build(write(tmp_path, files)) as index:
        ranked = index.passages("how many most attempts by default", 1, paths=["lock.rb"])
        assert [setting.text for setting in where_set(index, ranked.hits, ranked.words)] == ["@@most_attempts = 20"]
        ranked = index.passages("page length by default", 3, paths=["pages.py"])
        found = where_set(index, ranked.hits, ranked.words)
        assert [(setting.text, setting.holder) for setting in found] == [("page_length = 30", "configure")]


def test_how_many_is_no_answer_to_how_long(tmp_path):
    write(
        tmp_path,
        {
            "keys.py": "class Keys:\n    def __init__(self, max_cached_keys: int = 16, cached_keys_ttl: float = 300):\n"
            "        self.cached_keys = cached(max_cached_keys, cached_keys_ttl)\n"
        },
    )
    with Index.build(tmp_path) as index:
        for question, asked in (
            ("how long are keys cached", "cached_keys_ttl"),
            ("how many keys are cached", "max_cached_keys"),
        ):
            asked_for = [s.text for s in where_set(index, index.search(question), index.words(question)) if s.asked_for]
            assert all(asked in text for text in asked_for), (question, asked_for)

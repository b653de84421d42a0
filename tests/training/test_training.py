"""The stages before training: licences, filters, pairs, questions, translations."""

from __future__ import annotations

import json

import pytest

from training.cleaning import MAX_SAME_QUERY, admissible, benchmark_lines, shares_lines, sketch, unique
from training.licences import is_permissive
from training.mining import Pair, clean_query, first_sentence, pairs_of_file, pairs_of_package
from training.queries import make_repository, read_questions
from training.sources import is_excluded, names
from training.translations import Message, align, glossary, language_of, table_lines

SOURCE = '''"""Everything about parsing of dates."""


def parse_date(text, zone=None):
    """Turn an ISO date into a moment in the given zone."""
    year, month, day = map(int, text.split("-"))
    return Moment(year, month, day, zone=zone)


def to_epoch_seconds(moment):
    whole = moment.replace(microsecond=0)
    return int((whole - EPOCH).total_seconds()) + moment.offset_seconds
'''


def pair(query="turn a date into a moment", code="def parse(text):\n    return split(text)", package="pypi/x", path="x.py"):
    return Pair("doc", query, code, path, "parse", "python", package)


@pytest.mark.parametrize(
    ("licence", "permissive"),
    [
        ("MIT", True),
        ("Expat", True),
        ("Apache-2.0", True),
        ("BSD-3-clause", True),
        ("Apache License, Version 2.0", True),
        ("MIT or GPL-2+", True),
        ("(MIT OR Apache-2.0)", True),
        ("MIT and GPL-3", False),
        ("GPL-2+", False),
        ("LGPL-2.1", False),
        ("MPL-2.0", False),
        ("", False),
        ("UNLICENSED", False),
        ("CC-BY-SA-4.0", False),
    ],
)
def test_permissive_licences(licence, permissive):
    assert is_permissive(licence) is permissive


@pytest.mark.parametrize(
    "name",
    [
        "python3-flask",
        "ruby-rack",
        "librust-axum-dev",
        "golang-github-go-chi-chi-dev",
        "libgson-java",
        "@trpc/server",
        "node-express",
        "libuv1",
    ],
)
def test_projects_of_the_benchmark_are_never_fetched(name):
    assert is_excluded(name)


def test_no_listed_package_is_excluded():
    for registry in ("debian", "debs", "pypi", "npm"):
        assert names(registry)
        assert not any(map(is_excluded, names(registry)))


def test_a_pair_with_a_benchmark_line_is_dropped(tmp_path):
    line = "return self.adapter.build_response(request, low_level_connection)"
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "adapters.py").write_text(f"import os\n\n\ndef f(self):\n    {line}\n")
    known = benchmark_lines([tmp_path / "repo"])
    assert shares_lines(pair(code=f"def g(self):\n        {line.replace(' ', '  ')}\n"), known)
    assert shares_lines(pair(query=line), known)
    assert not shares_lines(pair(), known)
    assert [kept for _, kept in admissible([pair(), pair(code=line)], known)] == [pair()]


def test_compiled_copies_are_dropped():
    assert admissible([pair(package="npm/x", path="dist/x.js")], frozenset()) == []
    assert len(admissible([pair(package="npm/x", path="src/x.js")], frozenset())) == 1


def test_near_copies_and_repeated_queries_are_dropped():
    same = [(sketch("alpha beta gamma delta"), pair()), (sketch("alpha  beta gamma delta\n"), pair(query="other words here"))]
    assert len(list(unique(same))) == 1
    many = [(sketch(f"def f{i}(a{i}): return b{i} + c{i}"), pair()) for i in range(10)]
    assert len(list(unique(many))) == MAX_SAME_QUERY


def test_documentation_is_removed_from_the_code(tmp_path):
    path = tmp_path / "dates.py"
    path.write_text(SOURCE)
    pairs = list(pairs_of_file("dates.py", path, "pypi/dates"))
    documented = next(p for p in pairs if p.kind == "doc")
    assert documented.query == "Turn an ISO date into a moment in the given zone."
    assert "ISO" not in documented.code
    assert "Moment(year" in documented.code
    for named in (p for p in pairs if p.kind == "name"):
        assert named.query == "to epoch seconds"
        assert "to_epoch_seconds" not in named.code


def test_a_package_gives_the_same_pairs_every_time(tmp_path):
    (tmp_path / "a.py").write_text(SOURCE)
    (tmp_path / "b.py").write_text(SOURCE.replace("date", "time"))
    assert pairs_of_package(tmp_path, "pypi/x") == pairs_of_package(tmp_path, "pypi/x")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Opens a file.\n@param path where", "Opens a file."),
        ("Copyright 2020 Someone", ""),
        ("See {@link Thing} and `other`.", "See Thing and other ."),
    ],
)
def test_clean_query_keeps_only_prose(text, cleaned):
    assert clean_query(text) == cleaned


def test_first_sentence():
    assert first_sentence("Opens a file. Then closes it.") == "Opens a file."
    assert first_sentence("打开文件。然后关闭。") == "打开文件"


def test_every_question_has_its_answer_in_the_stripped_repository(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for number in range(20):
        (source / f"m{number}.py").write_text(SOURCE.replace("date", f"thing{number}"))
    questions = make_repository(source, tmp_path / "made" / "x")
    assert len(questions) >= 6
    for question in questions:
        lines = (tmp_path / "made" / "x" / question.path).read_text().splitlines()
        assert len(lines) == len((source / question.path).read_text().splitlines())
        if question.kind == "span":
            assert f"def {question.name}" in lines[question.start - 1]
            assert not any("Turn an ISO" in line for line in lines)
        if question.kind == "file":
            assert not any("Everything about" in line for line in lines)
    assert dict(read_questions(tmp_path / "made"))[tmp_path / "made" / "x"] == questions
    json.loads((tmp_path / "made" / "x.json").read_text())


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("django/conf/locale/de/LC_MESSAGES/django.po", "de"),
        ("locale/zh_CN/LC_MESSAGES/horizon.po", "zh"),
        ("locale/zh_Hant/LC_MESSAGES/horizon.po", ""),
        ("lib/pt-br/diagnosticMessages.generated.json", "pt"),
        ("lib/messages.po", ""),
    ],
)
def test_the_language_of_a_catalogue_path(path, code):
    assert language_of(path) == code


def test_alignment_learns_translations():
    messages = [
        Message("de", "Netzwerk", "network"),
        Message("de", "Netzwerk löschen", "delete network"),
        Message("de", "Quaderbild löschen", "delete image"),
        Message("de", "Quaderbild anlegen", "create image"),
        Message("de", "Netzwerk anlegen", "create network"),
    ] * 3
    lexicon = align(messages)
    assert lexicon["quaderbild"][0][0] == "image"
    assert lexicon["anlegen"][0][0] == "create"
    lines = dict(
        line.rstrip("\n").split("\t")
        for line in table_lines({"quaderbild": [("image", 0.9)], "die": [("the", 0.9)]}, frozenset({"die"}))
    )
    assert lines["quaderbild"] == "image"
    assert "die" not in lines or not lines["die"]


def test_glossary_entries_are_unique_short_and_ascii():
    seen = set()
    for entry in glossary():
        assert (entry.language, entry.text) not in seen
        seen.add((entry.language, entry.text))
        assert entry.english.isascii()
        assert len(entry.english.split()) <= 4
    assert {language for language, _ in seen} == {"zh", "ja", "ko", "de", "fr", "es", "pt", "ru"}

"""What a question names and a repository does not contain in any form."""

from __future__ import annotations

import time

import pytest

from codeassist.evidence.absent_subjects import absent_subjects, capabilities_among
from codeassist.evidence.confidence import UNKNOWN_NAME, confidence, judged
from indexers import Index
from tests.conftest import write

FILES = {
    "store.py": (
        "class RetryPolicy:\n    '''How often a store is asked again.'''\n\n\n"
        "def save(store, rows):\n    '''Save rows in PostgreSQL, compressed with gzip.'''\n    raise KeyError(f'no rows for {store}')\n"
    ),
    "ports.txt": "- '4317:4317' # OTLP gRPC receiver\n",
    "pack.py": "def pack(folder):\n    return open(folder + '.tar', 'wb')\n",
    "completion/ZshComplete.py": "def words(line):\n    return line.split()\n",
}


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    with Index.build(write(tmp_path_factory.mktemp("stored"), FILES)) as index:
        yield index


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("can it save rows in Cassandra?", ["Cassandra"]),
        ("does it gunzip what it saved", []),
        ("is postgres supported", []),
        ("where is gRPC used?", []),
        ("how do I write YAML", ["YAML"]),
        ("is there a completion for zsh", []),
        ("is there a completion for bash", ["bash"]),
        ("where does BackoffPolicy wait", ["BackoffPolicy"]),
        ("where is RetryPolicy", []),
        ("where is RetryPolicies", []),
        ("how does RetryPolicy know my OwnStore", []),
        ("can keys be written in camelCase", []),
        ("what happens with a store called 'redis' or \"MyStore\"", []),
        ("can it speak to /var/run/docker.sock", []),
        ("can it read a PowerPoint or an XLSX file", ["PowerPoint", "XLSX"]),
        ("is a tarball unpacked", []),
        ("what becomes of \\u{1F600}", []),
        ("can it write a report in SARIF", ["SARIF"]),
        ("does it NOT save ROWS that are new", []),
        ("HOW ARE ZORBED ROWS SAVED", []),
    ],
)
def test_only_what_is_nowhere_is_absent(stored, question, absent):
    assert absent_subjects(stored, question) == absent


@pytest.mark.parametrize(
    "word",
    "slack excel elastic helm oracle atom stripe sentry prettier electron opus snappy angular git snowflake soap azure telegram "
    "selenium playwright puppeteer svelte tailwind celery parquet mercurial babel cypher swagger deflate proto".split(),
)
def test_a_word_of_the_language_is_not_taken_for_the_name_of_a_program(stored, word):
    assert absent_subjects(stored, f"how much {word} does save give") == []


def test_a_question_about_something_absent_is_not_answered(stored):
    question = "how are rows saved in Cassandra"
    judgement = judged(stored, question, stored.passages(question))
    assert judgement.absent == ("Cassandra",)
    assert judgement.value <= UNKNOWN_NAME


def test_the_values_in_an_error_message_need_not_exist(stored):
    message = "KeyError: no rows for CassandraStore"
    assert confidence(stored, message, stored.passages(message)) > UNKNOWN_NAME


@pytest.mark.parametrize(
    ("question", "asked_for"),
    [
        ("where is the session kept", ("session",)),
        ("how do I encrypt the rows", ("encrypt",)),
        ("Which option takes snapshots?", ("snapshots",)),
        ("Can it be scheduled?", ("scheduled",)),
        ("Can it be retried or replayed?", ("retried", "replayed")),
        ("Which queries and gateways are there?", ("queries",)),
        ("what happens when the session is over", ()),
        ("why is the session kept", ()),
        ("my upload broke off, is it still stored?", ()),
        ("what is the default of attempts", ("attempts",)),
        ("where is the other thing kept", ()),
    ],
)
def test_what_programs_have_is_asked_for_by_some_questions(question, asked_for):
    assert capabilities_among(question, question.rstrip("?").split()) == asked_for


def test_a_word_is_asked_for_as_a_part_of_a_name_and_not_of_another_word():
    assert capabilities_among("where is sessionStore kept", ["session"]) == ("session",)
    assert capabilities_among("The session ended. Which obsession is kept?", ["session"]) == ()


def test_what_is_asked_for_and_not_found_makes_an_answer_less_certain(stored):
    with_it = "how do I save the rows of a store compressed"
    without = "how do I save the rows of a store in a session"
    assert judged(stored, without, stored.passages(without)).value < UNKNOWN_NAME
    assert judged(stored, with_it, stored.passages(with_it)).value > 0.5


@pytest.mark.parametrize("part", ["a", "\u201c", "'", "a/"])
def test_a_question_of_one_long_word_takes_linear_time(stored, part):
    started = time.process_time()
    assert absent_subjects(stored, "where is " + part * 100_000) == []
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes

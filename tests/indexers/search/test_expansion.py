"""Query expansion by translations, abbreviations and spelling corrections."""

from __future__ import annotations

import pytest

from indexers import Index
from indexers.search.expansion import base_form
from indexers.search.vocabulary import abbreviates
from tests.conftest import write

REPOSITORY = {
    "auth.py": "def auth(user):\n    '''Check who it is.'''\n    return auth_backend(user)\n\n\ndef auth_backend(user):\n    return user\n",
    "settings.py": "def load_cfg(path):\n    cfg = read(path)\n    return cfg\n\n\ndef dump_cfg(cfg):\n    print(cfg)\n",
    "storage.py": "class Repository:\n    def persist(self, row):\n        self.rows.append(row)\n\n    def fetch(self, key):\n        return self.rows[key]\n",
    "queue.py": "def push(queue, item):\n    queue.append(item)\n\n\ndef drain(queue):\n    while queue:\n        queue.pop()\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = write(tmp_path_factory.mktemp("expansion") / "repo", REPOSITORY)
    with Index.build(root) as index:
        yield index


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ("where is authentication done", "auth.py"),
        ("configuration", "settings.py"),
        ("repozitory", "storage.py"),
        ("认证", "auth.py"),
        ("队列", "queue.py"),
        ("Warteschlange leeren", "queue.py"),
    ],
)
def test_synonyms_and_misspellings_find_the_same_file(index, question, path):
    assert index.search(question)[0].path == path


def test_a_word_is_expanded_by_its_abbreviation(index):
    assert "auth" in index.expansion("authentication").groups["authentic"]
    assert "cfg" in index.expansion("configuration").groups["configur"]


def test_a_misspelled_word_is_replaced_by_the_most_similar_one(index):
    expansion = index.expansion("repozitory")
    assert expansion.groups["repozitory"] == ("repository",)
    assert expansion.text.endswith("repository")


def test_indexed_words_are_not_expanded(index):
    expansion = index.expansion("push item queue")
    assert expansion.groups == {"push": ("push",), "item": ("item",), "queu": ("queu",)}
    assert expansion.text == "push item queue"


def test_an_english_question_is_not_translated(index):
    text = "where is the request routed to a handler"
    assert index.expansion(text).text.startswith(text)
    assert "requir" not in index.expansion(text).frequencies


def test_weights_of_a_question_sum_to_one(index):
    expansion = index.expansion("authentication queue")
    weights = expansion.weights(10)
    assert weights["auth"] == weights["authentic"]
    assert weights["authentic"] + weights["queu"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("short", "word", "expected"),
    [
        ("auth", "authentication", True),
        ("cfg", "configuration", True),
        ("ctx", "context", True),
        ("msg", "message", True),
        ("con", "authentication", False),
        ("context", "context", False),
        ("co", "context", False),
        ("cat", "context", False),
    ],
)
def test_abbreviates(short, word, expected):
    assert abbreviates(short, word) is expected


def test_a_word_and_its_translation_in_one_question(index):
    from indexers.search.translation import table

    for term, english in list(table().items())[::40]:
        if english:
            rarities = index.expansion(f"{term} {english[0]}").rarities(10)
            assert all(value > 0 for value in rarities.values())


@pytest.mark.parametrize("word", ["pagination", "animation", "migration", "invoice", "permutation"])
def test_a_correctly_spelled_word_is_not_replaced(index, word):
    assert word not in " ".join(index.expansion(word).text.split()[1:])
    assert len(index.expansion(word).text.split()) == 1


@pytest.mark.parametrize(
    "text", ["where’s pagination implemented", "permission granted → denied", "naïve memoization of kernels"]
)
def test_typographic_characters_do_not_trigger_translation(index, text):
    assert index.expansion(text).text == text


def test_decomposed_accents_give_the_same_expansion(index):
    import unicodedata

    text = "Wo wird die Größe der Warteschlange geprüft"
    assert index.expansion(unicodedata.normalize("NFD", text)).groups == index.expansion(text).groups


def test_a_word_of_two_characters_is_translated(index):
    assert index.expansion("队列").groups == {"队列": ("queu",)}


def test_login_is_not_logging(tmp_path):
    root = write(
        tmp_path / "repo", {"log.py": "def log(line):\n    print(line)\n", "door.py": "def login(user):\n    return user\n"}
    )
    with Index.build(root) as index:
        assert index.expansion("login required").groups["login"] == ("login",)


@pytest.mark.parametrize(("word", "base"), [("stolen", ("steal",)), ("written", ("write",)), ("write", ()), ("left", ())])
def test_an_irregular_form_is_searched_as_its_word(word, base):
    assert base_form(word) == base


def test_where_something_is_sent_finds_what_sends(tmp_path):
    files = {"out.py": "def send_letter(text):\n    return text\n", "other.py": "def read_letter(text):\n    return text\n"}
    with Index.build(write(tmp_path, files)) as index:
        assert index.search("where is a letter sent")[0].path == "out.py"
        assert "send" in index.expansion("where is a letter sent").groups["sent"]

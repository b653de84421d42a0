"""What a question means besides what it says, in one repository."""

from __future__ import annotations

import pytest

from indexers import Index
from indexers.search.expansion import abbreviates
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
    with Index.build(root) as made:
        yield made


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
def test_other_words_find_the_same_place(index, question, path):
    assert index.search(question)[0].path == path


def test_an_abbreviation_of_the_repository_stands_for_the_word(index):
    assert "auth" in index.expansion("authentication").groups["authentic"]
    assert "cfg" in index.expansion("configuration").groups["configur"]


def test_a_misspelled_word_is_replaced_by_the_nearest_there_is(index):
    meant = index.expansion("repozitory")
    assert meant.groups["repozitory"] == ("repository",)
    assert meant.text.endswith("repository")


def test_words_that_are_there_are_left_alone(index):
    meant = index.expansion("push item queue")
    assert meant.groups == {"push": ("push",), "item": ("item",), "queu": ("queu",)}
    assert meant.text == "push item queue"


def test_an_english_question_is_not_translated(index):
    text = "where is the request routed to a handler"
    assert index.expansion(text).text.startswith(text)
    assert "requir" not in index.expansion(text).frequencies


def test_shares_of_a_question_add_up_to_one(index):
    meant = index.expansion("authentication queue")
    shares = meant.weights(10)
    assert shares["auth"] == shares["authentic"]
    assert shares["authentic"] + shares["queu"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("short", "word", "does"),
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
def test_what_abbreviates_what(short, word, does):
    assert abbreviates(short, word) is does


def test_a_word_and_its_own_translation_in_one_question(index):
    from indexers.search.translation import table

    for term, english in list(table().items())[::40]:
        if english:
            rarities = index.expansion(f"{term} {english[0]}").rarities(10)
            assert all(value > 0 for value in rarities.values())


@pytest.mark.parametrize("word", ["pagination", "animation", "migration", "invoice", "permutation"])
def test_a_word_that_is_spelled_right_is_not_corrected(index, word):
    assert word not in " ".join(index.expansion(word).text.split()[1:])
    assert len(index.expansion(word).text.split()) == 1


@pytest.mark.parametrize(
    "text", ["where’s pagination implemented", "permission granted → denied", "naïve memoization of kernels"]
)
def test_a_typographic_character_does_not_make_a_question_foreign(index, text):
    assert index.expansion(text).text == text


def test_accents_may_be_written_apart(index):
    import unicodedata

    text = "Wo wird die Größe der Warteschlange geprüft"
    assert index.expansion(unicodedata.normalize("NFD", text)).groups == index.expansion(text).groups


def test_a_translated_word_of_two_characters_keeps_its_meaning(index):
    assert index.expansion("队列").groups == {"队列": ("queu",)}


def test_login_is_not_logging(tmp_path):
    root = write(
        tmp_path / "repo", {"log.py": "def log(line):\n    print(line)\n", "door.py": "def login(user):\n    return user\n"}
    )
    with Index.build(root) as made:
        assert made.expansion("login required").groups["login"] == ("login",)

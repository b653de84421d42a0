"""What an answer says is compared with the blocks it cites and with the source: one rule a test, true and false sentences."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.claims import CASES, read
from codeassist.evidence.blocks import Block, digest
from codeassist.evidence.claims.answer import check
from codeassist.evidence.claims.sentences import cited_numbers, split
from codeassist.evidence.claims.terms import plain
from codeassist.evidence.packing import Source, pack
from indexers import Index
from tests.conftest import write

SPANS = (
    (1, "shop/auth.py", 10, 12),
    (2, "shop/auth.py", 15, 20),
    (3, "shop/payments.py", 5, 18),
    (4, "shop/payments.py", 21, 25),
)


def blocks_of(index: Index) -> list[Block]:
    source, made = Source(index), []
    for n, path, start, end in SPANS:
        passage = source.span(path, start, end, "python")
        assert passage is not None
        head = "\n".join(passage.headers)
        made.append(Block(n, path, start, end, "python", passage.text, head=head, digest=digest(passage.text)))
    return made


TRUE = [
    "`hash_password` takes `password` and `salt` and uses `hashlib.sha256` [1].",
    "`authenticate` raises an `AuthError` for an unknown user [2].",
    "`authenticate` calls `hash_password` [2].",
    "`hash_password` is called by `authenticate` [1, 2].",
    "`hash_password` returns a `str` [1].",
    "`Gateway.charge` tries 3 times, as `RETRIES` says [3].",
    "RETRIES is 3 [3].",
    "`checkout` returns `None` if the user is not authenticated [4].",
    "The salt is added at `shop/auth.py:12` [1].",
    "The salt is added on line 12 [1].",
    "Both are needed, e.g. `alice` and `bob`, i.e. a user and a `password` [1].",
    "Pages such as `text/html` are rendered elsewhere, and `checkout` charges the basket [4].",
    "- `authenticate` looks the user up. It compares the digest. [2]",
    "| function | file |\n|---|---|\n| `checkout` | `shop/payments.py` [4] |",
    "The blocks do not show how `refund` works.",
    "How a refund works is not shown in the given code.",
    "Both functions take the password [1-2].",
    "`checkout` 调用 `authenticate`【4】。",
    "`authenticate` 返回 `bool` [2]。",
    "如果密码错误，`checkout` 返回 `None` [4]。",
    "`charge` ends with a `TimeoutError` [^3].",
    "`hash_password` does not call `authenticate` [1].",
    "`authenticate` does not raise an `AuthError` if the user is known [2].",
    "`checkout` never raises a `KeyError` [4].",
    "`salt` of `hash_password` has no default [1].",
    "`Gateway` has no method `refund` [3].",
    "`authenticate` 不会调用 `checkout`【2】。",
    "Run `curl -u <name>:<password> http://localhost/basket` and `checkout` is called [4].",
    "```python\nGateway().charge(account='a', cents=5)\n```\nThis calls `charge` [3].",
    "```python\nGateway().charge(account='a', cents=750)\n```\nThis charges 750 cents [3].",
    "With 7 retries this would therefore be sent 49 times by `charge` [3].",
    "`checkout` charges the basket, whatever the URLs are [4].",
    "In `charge`, `range` is called before `send` [3].",
]
FALSE = [
    "`hash_password` uses `hashlib.md5` [1].",
    "`authenticate` raises a `KeyError` for an unknown user [2].",
    "`authenticate` calls `checkout` [2, 4].",
    "`authenticate` is called by `hash_password` [1, 2].",
    "`hash_password` returns `bytes` [1].",
    "`Gateway.charge` tries 5 times [3].",
    "`Gateway.refund` gives the money back [3].",
    "The gateway calls refund_all for the rest [3].",
    "The gateway calls refundAll for the rest [3].",
    "The salt is added at `shop/auth.py:120` [1].",
    "The salt is added on line 44 [1].",
    "`checkout` is defined in `shop/auth.py` [4].",
    "`checkout` asks for `authenticate` [1].",
    "`charge` can be repeated with `--retries` [3].",
    "The variable `SHOP_RETRIES` sets the number [3].",
    "An error of `send` and of `Gateway` [9].",
    "`authenticate` does not call `hash_password` [2].",
    "`authenticate` never raises an error [2].",
    "`authenticate` does not raise `AuthError` [2].",
    "`charge` returns nothing [3].",
    "`charge` does not send anything [3].",
    "`hash_password` has no parameter `salt` [1].",
    "`checkout` has no parameters [4].",
    "`Gateway` has no method `send` [3].",
    "`authenticate` is never called [4].",
    "`send` is called before `range` [3].",
    "In `charge`, `send` is called before `range` [3].",
    'The error says "the gateway is closed" [3].',
    "This is sent 49 times by `charge` [3].",
    "`checkout` 从不抛出异常，`authenticate` 从不抛出异常 [2, 4]。",
    "`authenticate` 不会调用 `hash_password` [2]。",
    "`authenticate` 返回 `str` [2]。",
    "`authenticate` 调用 `checkout` [2][4]。",
    "```python\nGateway().charge(account='a', cents=5, currency='EUR')\n```\nThis charges euros [3].",
    "```python\ngateway = Gateway()\nprint(gateway.balance)\n```\nThis uses `Gateway` [3].",
]


@pytest.mark.parametrize("text", TRUE)
def test_a_true_sentence_has_no_mark(shop_index, text):
    checks = check(shop_index, text, blocks_of(shop_index))
    assert checks.clean, checks


@pytest.mark.parametrize("text", FALSE)
def test_a_false_sentence_is_marked(shop_index, text):
    assert not check(shop_index, text, blocks_of(shop_index)).clean


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It uses e.g. `A` here. Then `B` runs. [2]", [("It uses e.g. `A` here.", ()), ("Then `B` runs. [2]", (2,))]),
        ("See i.e. Section two, viz. This one.", [("See i.e. Section two, viz. This one.", ())]),
        ("- One thing. Another thing. [3]", [("One thing.", (3,)), ("Another thing. [3]", (3,))]),
        ("第一句 [1]。第二句【2】。", [("第一句 [1]。", (1,)), ("第二句【2】。", (2,))]),
        ("| a | b |\n|---|---|\n| one thing | two [4] |", [("| one thing | two [4] |", (4,))]),
        ("It calls `f. G` and ends. `H` begins [1–3].", [("It calls `f. G` and ends.", ()), ("`H` begins [1–3].", (1, 2, 3))]),
    ],
)
def test_sentences_end_where_they_end(text, sentences):
    assert [(s.text, s.cited) for s in split(text)] == sentences


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("[3-5]", [3, 4, 5]),
        ("【1】", [1]),
        ("[^1]", [1]),
        ("[Block 2]", [2]),
        ("[1][2], [4; 6]", [1, 2, 4, 6]),
        ("[7](x.md)", []),
    ],
)
def test_citations_of_every_form(text, numbers):
    assert cited_numbers(text) == numbers


@given(st.text(alphabet="aB .!?`[]1-|\n#。【】*e.g\0", max_size=80))
def test_any_text_can_be_split(text):
    for sentence in split(text):
        assert sentence.text.strip() == sentence.text != ""
        assert "\x00" not in sentence.text


def test_zeros_in_a_text_are_no_code_that_was_taken_out():
    assert [s.text for s in split("It is \x0099\x00 in `a.py` [1].")] == [
        "It is \N{REPLACEMENT CHARACTER}99\N{REPLACEMENT CHARACTER} in `a.py` [1]."
    ]


@pytest.mark.parametrize("digits", [400, 5_000])
@pytest.mark.parametrize(
    "form", ["It is {} [1].", "See `shop/auth.py:{}` [1].", "On line {} [1].", "It is `0x{}` [1].", "a.py:1-{} [1]."]
)
def test_a_number_of_any_length_is_compared(shop_index, form, digits):
    check(shop_index, "The salt is here. " + form.format("9" * digits), blocks_of(shop_index))
    assert plain("9" * digits) != plain("8" * digits)


def test_many_names_in_one_sentence_take_linear_time(shop_index):
    started = time.process_time()
    check(shop_index, "`x` or " * 20_000, blocks_of(shop_index))
    assert time.process_time() - started < 20.0  # in quadratic time it takes minutes


def test_a_line_of_spaces_takes_linear_time():
    started = time.process_time()
    assert [sentence.text for sentence in split(" " * 20_000 + "It ends here.")] == ["It ends here."]
    assert time.process_time() - started < 10.0  # in cubic time it takes hours


def test_names_of_libraries_and_files_that_are_not_indexed_are_not_invented(shop):
    (shop / ".github" / "workflows").mkdir(parents=True)
    (shop / ".github" / "workflows" / "ci.yml").write_text("on: push\n", encoding="utf-8")
    with Index.build(shop) as index:
        text = "`.github/workflows/ci.yml`, `text/html`, `HTTP/1.1`, `asyncio.gather`, `auth.py#L12`, `<your name>` and `auth.py:12`."
        assert check(index, text, []).unverified == ()
        assert check(index, "`shop.nowhere.at_all` and `nowhere/else.py`", []).unverified == (
            "shop.nowhere.at_all",
            "nowhere/else.py",
        )


@pytest.mark.parametrize(
    "name", ["seen.txt", "unseen.txt", "fresh.txt", "negations.txt", "held.txt", "prose.txt", "prose_held.txt"]
)
def test_the_measured_sentences_can_be_read(name):
    repositories = read(CASES / name)
    assert len(repositories) >= 3
    for repository in repositories:
        numbers = {span[0] for span in repository.spans}
        assert {is_true for is_true, _, _ in repository.sentences} == {True, False}
        cited = {n for is_true, _, text in repository.sentences if is_true for n in cited_numbers(text)}
        assert cited <= numbers


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """An index of a file with an assertion and two messages."""
    lines = ["def close(book):", "    assert book", "    try:"]
    lines += [
        "        book.post()",
        "    except BookError as error:",
        '        raise LedgerError("the book is closed") from error',
    ]
    root = write(tmp_path_factory.mktemp("ledger"), {"ledger.py": "\n".join([*lines, "    return book", ""])})
    with Index.build(root) as index:
        yield index


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Without a book, `close` fails with an `AssertionError` [1].", True),
        ("Without a book, `close` fails with a `ValueError` [1].", False),
        ('The message says "the book is closed" [1].', True),
        ('The message says "the book is ..." [1].', True),
        ('The message says "the book is open" [1].', False),
        ("System errors are not swallowed, they are raised again [1].", True),
        ("Errors of `post` are not caught [1].", False),
        ("The error is raised at `ledger.py:6` [1].", True),
        ("The error is raised at `ledger.py:4` [1].", False),
        ("The error is raised on line 4 [1].", False),
    ],
)
def test_what_is_said_about_errors_messages_and_shown_lines(ledger, text, clean):
    hit = ledger.search("close")[0]
    passage = Source(ledger).chosen(hit, [(1, 3), (5, 6)]) if "ledger.py:" in text or "line" in text else None
    whole = Source(ledger).span("ledger.py", 1, 7, "python")
    assert whole is not None
    checks = check(ledger, text, pack([passage or whole], 1_000, len).blocks)
    assert checks.clean is clean, checks

"""Issues, tracebacks and logs: their frames, titles and messages, and what is found with them."""

from __future__ import annotations

import time

import pytest

from indexers import Index
from indexers.search.pasted import Frame, error_messages, frames, is_pasted, split_title, without_boilerplate, without_comments
from indexers.search.query import MAX_TERMS, understand
from tests.conftest import write

PYTHON = """Traceback (most recent call last):
  File "/home/ann/app/manage.py", line 10, in <module>
    main()
  File "/usr/lib/python3/site-packages/shop/orders.py", line 4, in place
    check(order)
  File "/usr/lib/python3/site-packages/shop/rules.py", line 2, in check
    raise ValueError("order %s is empty" % order)
ValueError: order 17 is empty
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            PYTHON,
            [
                Frame("/usr/lib/python3/site-packages/shop/rules.py", 2, "check"),
                Frame("/usr/lib/python3/site-packages/shop/orders.py", 4, "place"),
                Frame("/home/ann/app/manage.py", 10, "<module>"),
            ],
        ),
        (
            "TypeError: x is undefined\n    at Router.handle (/srv/app/lib/router.js:45:12)\n    at file:///srv/app/index.mjs:3:1\n",
            [Frame("/srv/app/lib/router.js", 45, "handle"), Frame("/srv/app/index.mjs", 3)],
        ),
        (
            "panic: boom\n\ngoroutine 1 [running]:\nmain.run(...)\n\t/go/src/app/run.go:12 +0x1d\nmain.main()\n\t/go/src/app/main.go:7\n",
            [Frame("/go/src/app/run.go", 12), Frame("/go/src/app/main.go", 7)],
        ),
        (
            "thread 'main' panicked at src/parse.rs:8:5:\nunexpected end\n   1: app::parse\n             at ./src/parse.rs:8:5\n",
            [Frame("src/parse.rs", 8), Frame("./src/parse.rs", 8)],
        ),
        (
            "java.lang.IllegalStateException: no slot\n\tat org.shop.Cart.add(Cart.java:42)\n\tat org.shop.Main.main(Main.java:9)\n",
            [Frame("org/shop/Cart.java", 42, "add"), Frame("org/shop/Main.java", 9, "main")],
        ),
        (
            "   at Shop.Cart.Add(Item item) in C:\\build\\src\\Cart.cs:line 21\n",
            [Frame("C:/build/src/Cart.cs", 21, "Add")],
        ),
        ("see https://host/o/r/blob/0a1b2c/src/shop/cart.py#L33", [Frame("src/shop/cart.py", 33)]),
        ("it fails at shop/schema.py, line 378, in _delete()", [Frame("shop/schema.py", 378, "_delete")]),
        ("#0 /var/www/src/Cart.php(12): Shop\\Cart->add()\n", [Frame("/var/www/src/Cart.php", 12, "add")]),
        ("app/models/cart.rb:7:in `total'\n", [Frame("app/models/cart.rb", 7, "total")]),
        ("version 1.2:3 of a ratio 16:9 at 12:30", []),
    ],
)
def test_frames_are_found_innermost_first(text, found):
    assert frames(text) == found


def test_the_innermost_frames_of_several_traces_come_first():
    later = PYTHON.replace("rules", "stock").replace("orders", "carts")
    text = f"{PYTHON}\nDuring handling of the above exception, another exception occurred:\n\n{later}"
    assert [frame.path.rpartition("/")[2] for frame in frames(text)][:2] == ["rules.py", "stock.py"]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (PYTHON, ["order 17 is empty"]),
        ("panic: no route to host", ["no route to host"]),
        ("error: too short", []),
        ("Caused by: java.io.IOException: disk quota is exceeded", ["java.io.IOException: disk quota is exceeded"]),
        ("what is an error: nothing here", []),
    ],
)
def test_messages_are_what_follows_the_name_of_an_error(text, messages):
    assert error_messages(text) == messages


def test_a_question_is_not_pasted_and_an_issue_has_a_title():
    assert not is_pasted("where is\nthe cart")
    issue = "Cart is empty\n" + "something happens " * 30
    assert is_pasted(issue)
    assert split_title(issue)[0] == "Cart is empty"
    assert understand(issue).subject == "Cart is empty"


def test_boilerplate_of_templates_says_nothing():
    text = "<!-- do not\nremove -->\n### Describe the bug\nIt leaks\n**Expected behavior**\nnumpy==1.2.3\nPython: 3.8.1\n"
    assert without_boilerplate(text).split() == ["It", "leaks"]


def test_the_decisive_terms_of_a_long_text_are_kept(tmp_path):
    files = {f"src/m{n}.py": f"def common_{n}(value):\n    return handle(value, {n})\n" for n in range(30)}
    root = write(tmp_path, files | {"src/odd.py": "def quarantine(value):\n    return value\n"})
    words = " ".join(f"word{n}x" for n in range(300))
    with Index.build(root) as index:
        text = f"The value is wrong\n{words}\nhandle handle handle, perhaps in the quarantine\n"
        assert "quarantin" in index.expansion(text).groups
        assert len(index.expansion(text).groups) <= MAX_TERMS
        assert index.search(text)[0].path == "src/odd.py"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    files = {
        "shop/rules.py": "def check(order):\n    raise ValueError('order %s is empty' % order)\n",
        "shop/orders.py": "from shop.rules import check\n\n\ndef place(order):\n    check(order)\n",
        "shop/other/rules.py": "def check(order):\n    return order\n",
        "manage.py": "def main():\n    place_the_order_and_check_whether_it_is_empty()\n",
        "tests/orders.py": "def test_place():\n    place(17)\n",
        "web/router.js": "function handle(request) {\n  throw new Error(`no route for ${request.path} in ${table}`)\n}\n",
        "core/run.go": 'package core\n\nfunc Run(n int) error {\n\treturn fmt.Errorf("cannot run step %d of plan", n)\n}\n',
        "core/run.rs": 'fn run(n: u8) {\n    panic!("the pool has {} idle workers", n);\n}\n',
        "core/Cart.java": 'class Cart {\n  void add(int n) {\n    throw new E(String.format("slot %d is already taken", n));\n  }\n}\n',
        "core/Cart.cs": 'class Basket {\n  void Put(int n) {\n    throw new E($"basket {n} was sealed before");\n  }\n}\n',
        **{f"misc/m{n}.py": f"def other_{n}():\n    return {n}\n" for n in range(20)},
    }
    with Index.build(write(tmp_path_factory.mktemp("shop"), files)) as index:
        yield index


def test_frames_of_another_machine_lead_to_the_files_of_the_repository(shop):
    paths = [
        hit.path for hit in shop.search(f"It fails since the update\n\nIt worked in the last version.\n\n{PYTHON}{'x ' * 30}")
    ]
    assert paths[:2] == ["shop/rules.py", "shop/orders.py"]


def test_a_file_of_an_installed_package_is_not_one_of_the_same_name(shop):
    text = 'Something\n  File "/usr/lib/python3/site-packages/numpy/other/rules.py", line 1, in check\n' + "more words " * 30
    assert all("frame" not in hit.reasons for hit in shop.search(text))


@pytest.mark.parametrize(
    ("message", "path"),
    [
        ("ValueError: order 17 is empty", "shop/rules.py"),
        ("Error: no route for /cart/7 in main", "web/router.js"),
        ("cannot run step 3 of plan", "core/run.go"),
        ("panicked: the pool has 4 idle workers", "core/run.rs"),
        ("E: slot 3 is already taken", "core/Cart.java"),
        ("basket 9 was sealed before", "core/Cart.cs"),
    ],
)
def test_a_message_leads_to_the_literal_that_produces_it(shop, message, path):
    assert shop.search(message)[0].path == path


def test_of_several_frames_in_a_file_the_innermost_is_shown(tmp_path):
    body = "    # the value is checked and placed, and the update of the order is stored\n" * 20
    names = ("update", "place", "check")
    text = "\n\n".join(
        f"def {name}(order):\n{body}    return {following}(order)" for name, following in zip(names, "abc", strict=True)
    )
    files = {"shop/core.py": text, "shop/other.py": "def other():\n    return 1\n"}
    line = text.split("\n").index("def check(order):") + 20
    trace = f'  File "/x/shop/core.py", line 5, in update\n  File "/x/shop/core.py", line {line}, in check\nValueError: it is wrong\n'
    with Index.build(write(tmp_path, files)) as index:
        hit = index.search(f"The update of an order fails\n{'some words ' * 20}\n{trace}")[0]
    assert (hit.path, hit.name) == ("shop/core.py", "check")


def test_of_a_short_traceback_the_raising_line_is_shown(tmp_path):
    steps = "".join(f"    total_{n} = sum(part.size for part in parts if part.kind == {n})\n" for n in range(80))
    source = (
        'class Refused(Exception):\n    """Rows are refused: no rows."""\n\n\n'
        'def write_rows(rows):\n    """Write rows to the store; raises Refused when there are no rows."""\n    pack(rows)\n\n\n'
        f'def pack(parts):\n{steps}    if not parts:\n        raise Refused("no rows")\n'
    )
    line = source.split("\n").index('        raise Refused("no rows")') + 1
    trace = (
        'Traceback (most recent call last):\n  File "/home/x/main.py", line 3, in <module>\n    write_rows([])\n'
        '  File "/opt/lib/rows/store.py", line 7, in write_rows\n    pack(rows)\n'
        f'  File "/opt/lib/rows/store.py", line {line}, in pack\n    raise Refused("no rows")\nrows.store.Refused: no rows\n'
    )
    with Index.build(write(tmp_path, {"rows/store.py": source, "rows/other.py": "def write():\n    return 1\n"})) as index:
        hit = index.search(trace)[0]
    assert hit.path == "rows/store.py"
    assert hit.start_line <= line <= hit.end_line


@pytest.mark.parametrize("text", ["a." * 50_000, "a/" * 50_000, "x" * 100_000, 'File "a.py", line ' + "1" * 5_000])
def test_long_words_and_numbers_take_linear_time(text):
    started = time.process_time()
    frames(text)
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


@pytest.mark.parametrize("text", ["\n" * 50_000, "." * 50_000, "::" * 25_000])
def test_empty_lines_and_rows_of_dots_take_linear_time(text):
    started = time.process_time()
    error_messages(text)
    without_boilerplate(text + "\nx")
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a <!-- b\nc --> d", "a  d"), ("<!--x--><!--y-->z", "z"), ("a <!-- b", "a <!-- b"), ("<!-->b-->", ""), ("", "")],
)
def test_comments_are_removed(text, kept):
    assert without_comments(text) == kept


def test_comments_that_do_not_end_take_linear_time():
    assert len(without_comments("<!--" * 500_000)) == 2_000_000


@pytest.mark.parametrize("text", ["x\nat " + "a" * 200_000, "x\n" + "at aaaa " * 20_000])
def test_frames_that_do_not_end_take_linear_time(text):
    started = time.process_time()
    assert frames(text) == []
    assert time.process_time() - started < 10.0  # in quadratic time it takes minutes

"""The page: questions, searches, maps and files."""

from __future__ import annotations

import pytest

pytest.importorskip("selenium")

from selenium.webdriver.common.by import By

from tests.codeassist.chat_server import serving as model_serving
from tests.codeassist.http.page.conftest import Page
from tests.codeassist.http.running import serving
from tests.conftest import git, write

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of selenium's connection to the driver


def test_ask_and_follow_a_citation(page):
    page.ask("where is a payment charged")
    page.wait(".sources .cite").click()
    assert "shop/payments.py" in page.wait("#panel h2", "shop/payments.py:").text
    marked = [e.get_attribute("data-line") for e in page.all("#panel .marked")]
    first, last = page.wait("#panel h2", ":").text.split(":")[1].split("-")
    assert marked == [str(n) for n in range(int(first), int(last) + 1)]
    page.wait("#panel .facts strong")
    assert page.driver.switch_to.active_element.tag_name == "h2"
    page.driver.find_element(By.CSS_SELECTOR, "body").send_keys("\ue00c")
    assert not page.wait(".columns").find_element(By.ID, "panel").is_displayed()


def test_a_name_in_a_file_shows_who_uses_it(page):
    page.open("search/checkout")
    page.wait(".result .link", "shop/payments.py").click()
    page.wait("#panel .marked")
    page.driver.execute_script(
        "[...document.querySelectorAll('#panel .name')].find(e => e.textContent === 'authenticate').click()"
    )
    page.wait("#panel .facts strong", "authenticate")
    facts = page.wait("#panel .facts", "Used by").text
    assert "in checkout" in facts
    assert "Check a user's credentials" in facts
    assert "[object" not in facts


def test_of_definitions_of_one_name_the_cited_one_is_shown(browser, tmp_path, run):
    root = write(
        tmp_path / "bills",
        {
            "a.py": "class Ledger:\n    def settle(self):\n        'Balance of a ledger.'\n",
            "b.py": "def settle(bill):\n    'Settle a bill with the bank.'\n\n\ndef pay(bill):\n    return settle(bill)\n",
        },
    )
    git(root, "init", "-q")
    run("index", "-q", cwd=root)
    with serving(root) as running:
        page = Page(browser, running.url)
        page.open("search/settle a bill with the bank")
        page.wait(".result .link", "b.py").click()
        assert "Settle a bill" in page.wait("#panel .facts", "Used by").text


def test_search_with_filters(page):
    page.open("search")
    page.wait("#query").send_keys("reserve")
    page.wait("#paths").send_keys("stock/**")
    page.wait("#query").submit()
    page.wait(".result")
    assert {e.text.split(":")[0] for e in page.all(".result h3")} == {"stock/inventory.go"}
    page.open("search/qqzz%20xxyy")
    page.wait("main .quiet", "Nothing matches well")


def test_the_map_and_the_calls_can_be_walked(page):
    page.open("map")
    page.wait("svg .tile[aria-label='Folder shop']").send_keys("\ue007")
    page.wait(".crumbs", "shop")
    names = {e.get_attribute("aria-label") for e in page.all("svg .tile")}
    assert "File shop/payments.py" in names
    page.open("symbol/checkout")
    page.wait("svg .node[aria-label^='authenticate']")
    labels = {e.get_attribute("aria-label").split(",")[0] for e in page.all("svg .node")}
    assert {"test_checkout_charges_the_basket", "authenticate"} <= labels
    page.wait("svg .node[aria-label^='authenticate']").send_keys(" ")
    page.wait("main p", "2 uses")


def test_a_search_survives_a_reload(page):
    page.open("search")
    page.wait("#query").send_keys("reserve\n")
    page.wait(".result")
    page.driver.refresh()
    page.wait(".result")
    assert page.wait("#query").get_property("value") == "reserve"


def test_a_question_of_the_log_is_asked_again(page):
    page.ask("where is a payment charged")
    page.wait(".sources .cite")
    page.open("runs")
    page.wait("td a").click()
    page.wait("main a", "Ask it again").click()
    assert page.wait("#question").get_property("value") == "where is a payment charged"


def test_a_model_is_offered_and_can_be_left_out(browser, indexed, monkeypatch):
    with model_serving("The model says so [1].") as (url, script):
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        monkeypatch.setenv("CODEASSIST_MODEL_NAME", "openai:double")
        monkeypatch.setenv("CODEASSIST_MODEL_BASE_URL", url)
        with serving(indexed) as running:
            page = Page(browser, running.url)
            options = [option.text for option in page.wait("#model").find_elements(By.TAG_NAME, "option")]
            assert options == ["openai:double", "of the index alone"]
            page.wait("#model option[value=none]").click()
            page.ask("where is a payment charged")
            assert "shop/payments.py" in page.wait(".answer", "payments").text
            assert not script.seen
            page.open("ask")
            assert page.wait("#model").get_property("value") == "none"  # it is remembered
            page.wait("#model option[value=model]").click()
            page.driver.execute_script("localStorage.clear()")
            page.ask("where is a payment charged then")
            page.wait(".answer", "The model says so")


def test_the_index_is_brought_up_to_date(page, indexed):
    page.open("index")
    page.wait(".figures strong")
    write(indexed, {"shop/new.py": "def brand_new():\n    return 1\n"})
    page.wait("button", "Bring it up to date").click()
    page.wait("main .quiet", "Done: ")

"""The page: reviews, runs and prompts."""

from __future__ import annotations

import threading

import pytest

pytest.importorskip("selenium")

from selenium.webdriver.common.by import By

from tests.codeassist.http.page.conftest import HOSTILE, Page
from tests.codeassist.http.running import serving
from tests.conftest import git, write

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of selenium's connection to the driver


def test_review_shows_findings_at_their_lines(browser, indexed):
    git(indexed, "init", "-q")
    git(indexed, "add", ".")
    git(indexed, "commit", "-qm", "Begin")
    changed = (
        (indexed / "shop/auth.py").read_text().replace("import hashlib\n", f"import hashlib\n\nbreakpoint()  # {HOSTILE}\n")
    )
    write(indexed, {"shop/auth.py": changed})
    with serving(indexed) as running:
        page = Page(browser, running.url)
        page.open("review")
        finding = page.wait(".finding", "debug")
        before = finding.find_element(By.XPATH, "preceding-sibling::div[1]")
        assert "breakpoint()" in before.text
        assert "added" in before.get_attribute("class")
        assert HOSTILE in before.text
        assert not page.all("main img, main script")


def test_review_shows_lines_that_begin_like_the_head_of_a_diff(browser, tmp_path, run):
    root = write(tmp_path / "p", {"a.sql": "-- old\nSELECT 1;\nSELECT 2;\n"})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Begin")
    run("index", "-q", cwd=root)
    write(root, {"a.sql": "SELECT 1;\n++ new\nSELECT 2;\n"})
    with serving(root) as running:
        page = Page(browser, running.url)
        page.open("review")
        page.wait(".diff .line", "SELECT 2;")
        shown = [row.text.split("\n") for row in page.all(".diff .line")]
        assert [parts[-1].strip() for parts in shown] == ["--- old", "SELECT 1;", "+++ new", "SELECT 2;"]
        assert [parts[0] for parts in shown] == ["1", "1", "2", "3"]


def test_review_shows_what_behaves_differently(browser, tmp_path, run):
    root = write(tmp_path / "p", {"prices.py": "def price(amount):\n    return 2 * amount\n", ".codeassist.toml": ""})
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "Begin")
    run("trust", cwd=root)
    run("index", "-q", cwd=root)
    write(root, {"prices.py": "def price(amount):\n    return 3 * amount\n"})
    with serving(root) as running:
        page = Page(browser, running.url)
        page.open("review")
        row = page.wait(".behaviour tbody tr", "price(")
        cells = [cell.text for cell in row.find_elements(By.TAG_NAME, "td")]
        assert cells[1] != cells[2]
        page.wait("main .quiet", "1 finding in")
        assert "1 file." in page.wait("main .quiet", "1 finding in").text
        details = page.wait(".finding .reproducer")
        details.find_element(By.TAG_NAME, "summary").click()
        assert "price(" in page.wait(".finding .reproducer pre", "price(").text


def test_runs_can_be_rated_and_prompts_read(page, server):
    page.ask("where is a payment charged")
    page.wait(".sources")
    page.open("runs")
    page.wait("tbody a").click()
    page.wait("button", "Good").click()
    page.wait("button[aria-pressed=true]", "Good")
    assert server.get("/v1/runs").json()["runs"][0]["rating"] == 1
    page.open("prompts")
    page.wait("tbody a", "ask@").click()
    page.wait("main pre", "---")


def test_a_run_is_replayed_and_the_difference_shown(page, server, indexed):
    page.ask("where is a payment charged")
    page.wait(".sources .cite")
    page.open("runs")
    page.wait("td a").click()
    page.wait("main button", "Replay").click()
    page.wait(".notice", "The same answer. It cites the same places.")
    payments = (indexed / "shop/payments.py").read_text()
    write(indexed, {"shop/payments.py": payments.replace("Charge an account", "Charge a customer's account")})
    threading.Event().wait(2.1)  # a repository is compared with its index every two seconds
    page.wait("main button", "Replay").click()
    page.wait(".diff .added", "customer's")


def test_the_cases_of_a_prompt_have_results(page):
    page.open("prompts/ask")
    assert "case" in page.wait("main .quiet", "on recorded answers").text
    assert {e.text for e in page.all("main td.narrow")} <= {"passes", "fails", "undecided"}

"""The web page in a real headless browser: Chromium with its driver."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from tests.codeassist.chat_server import serving as model_serving
from tests.codeassist.http.running import serving
from tests.conftest import git, write

webdriver = pytest.importorskip("selenium.webdriver")
from selenium.common.exceptions import StaleElementReferenceException  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
AXE = Path(__file__).parents[2] / "toolchains" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs Chromium and its driver (Debian: chromium, chromium-driver)"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # of selenium's connection to the driver
]
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, server):
    """The page of the shop's server, and a check that nothing failed in the browser."""
    yield Page(browser, server.url)
    assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE" and "404" not in e["message"]] == []


class Page:
    """What a person does with the page."""

    def __init__(self, driver, url):
        self.driver, self.url = driver, url
        driver.get("about:blank")
        self.open("ask")

    def open(self, section):
        self.driver.get("about:blank")
        self.driver.get(f"{self.url}/#{section}")
        self.wait("main h2")

    def wait(self, selector, text=""):
        return WebDriverWait(self.driver, 60, ignored_exceptions=[StaleElementReferenceException]).until(
            lambda d: next((e for e in d.find_elements(By.CSS_SELECTOR, selector) if text in e.text), None)
        )

    def gone(self, selector):
        WebDriverWait(self.driver, 60).until(lambda d: not d.find_elements(By.CSS_SELECTOR, selector))

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def ask(self, question):
        self.wait("#question").send_keys(question + "\n")


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


HELD = """
const fetched = window.fetch;
window.fetch = async (address, options) => {
  if (String(address).includes(arguments[0])) await new Promise((release) => { window.release = release; });
  return fetched(address, options);
};
"""
"""Holds the requests to an address until `release()`."""

RELEASED = (
    "const done = arguments[0]; window.release(); setTimeout(() => fetch('/v1/index').then(() => setTimeout(done, 50)), 50);"
)
"""Lets the held request go on, and waits until a later one has been answered."""


def test_a_section_that_was_left_does_not_take_the_focus(page):
    page.driver.execute_script(HELD, "/v1/symbols")
    page.driver.execute_script("location.hash = '#symbol/checkout'")
    page.wait(".steps", "looking")
    page.driver.execute_script("location.hash = '#search'")
    page.wait("#query").send_keys("a")
    page.driver.execute_async_script(RELEASED)
    assert page.driver.switch_to.active_element.get_attribute("id") == "query"


def test_of_two_files_the_one_that_was_chosen_last_is_shown(page):
    page.open("search/checkout")
    page.wait(".result")
    first, second = page.all(".result h3 .link")[:2]
    path = first.text.split(":")[0]
    assert path != second.text.split(":")[0]
    page.driver.execute_script(HELD, "path=" + path.replace("/", "%2F"))
    first.click()
    page.wait("#panel p", "Reading")
    second.click()
    page.wait("#panel .marked")
    title = page.wait("#panel h2").text
    page.driver.execute_async_script(RELEASED)
    assert page.wait("#panel h2").text == title


def test_a_file_that_arrives_after_the_panel_was_closed_stays_closed(page):
    page.open("search/checkout")
    page.driver.execute_script(HELD, "/v1/file?")
    page.wait(".result .link").click()
    page.wait("#panel p", "Reading")
    page.driver.find_element(By.CSS_SELECTOR, "body").send_keys("\ue00c")
    page.driver.execute_async_script(RELEASED)
    assert not page.wait(".columns").find_element(By.ID, "panel").is_displayed()


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


def test_calls_are_lists_on_a_narrow_screen(page):
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.open("symbol/checkout")
        page.wait("main .link", "authenticate")
        assert not page.all("main svg")
        too_wide = "return [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 390).length"
        assert page.driver.execute_script(too_wide) == 0
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_index_is_brought_up_to_date(page, indexed):
    page.open("index")
    page.wait(".figures strong")
    write(indexed, {"shop/new.py": "def brand_new():\n    return 1\n"})
    page.wait("button", "Bring it up to date").click()
    page.wait("main .quiet", "Done: ")


def test_hostile_text_is_never_markup(browser, shop, run):
    write(
        shop,
        {
            "docs/attack.md": f"# Ledger trick\n\nThe ledger trick is {HOSTILE}.\n",
            "shop/x.py": f'def ledger_trick():\n    """{HOSTILE}"""\n    return 1\n',
        },
    )
    run("index", "-q", str(shop))
    with model_serving(f"The trick {HOSTILE} [1].\n\n```html\n{HOSTILE}\n```\n") as (url, _):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OPENAI_API_KEY", "k")
            patch.setenv("CODEASSIST_MODEL_NAME", "openai:double")
            patch.setenv("CODEASSIST_MODEL_BASE_URL", url)
            with serving(shop) as running:
                page = Page(browser, running.url)
                page.ask(f"what is the ledger trick {HOSTILE}")
                page.wait(".sources .cite").click()
                page.wait("#panel .marked")
                assert HOSTILE in page.wait(".answer").text
                page.open("search/ledger%20trick")
                page.wait(".result")
                assert not page.all("main img, main script, aside img, aside script")
                assert page.driver.title == "Search · codeassist"


def test_errors_are_shown(page, server):
    page.open("search/%20%20x")
    page.driver.execute_script("document.getElementById('query').value = '   '")
    page.driver.execute_script("document.getElementById('query').form.requestSubmit()")
    page.wait("[role=alert]", "empty")
    page.open("review")
    page.wait("[role=alert]", "not a git repository")
    page.driver.get_log("browser")


def test_a_slow_stream_and_a_reload_in_the_middle(browser, indexed):
    release = threading.Event()

    def slow(_):
        release.wait(30)
        return "`checkout` charges the basket [1]."

    with model_serving(slow) as (url, _), pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_API_KEY", "k")
        patch.setenv("CODEASSIST_MODEL_NAME", "openai:double")
        patch.setenv("CODEASSIST_MODEL_BASE_URL", url)
        with serving(indexed) as running:
            page = Page(browser, running.url)
            page.ask("where is a payment charged")
            page.wait(".steps")
            assert page.wait("[aria-busy=true]")
            page.driver.refresh()
            page.wait(".notice", "This answer was not completed")
            assert page.wait(".asked").text == "where is a payment charged"
            release.set()
            page.wait("button", "Ask again").click()
            page.wait(".sources .cite")
            assert len(page.all(".asked")) == 1
            page.driver.refresh()
            page.wait(".sources .cite")
            assert "charges the basket" in page.all(".answer")[-1].text


def test_a_stopped_server_is_named(browser, indexed):
    with serving(indexed) as running:
        page = Page(browser, running.url)
    page.ask("where is a payment charged")
    page.wait("[role=alert]", "does not answer")
    page.driver.get_log("browser")


def test_a_token_is_asked_for(browser, indexed):
    from codeassist.http.tokens import parse_tokens

    token = "t" * 24
    with serving(indexed, tokens=parse_tokens([token], "file")) as running:
        page = Page(browser, running.url)
        page.wait("#token").send_keys(token + "\n")
        page.wait("#question")
    page.driver.execute_script("sessionStorage.clear()")
    page.driver.get_log("browser")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page, width):
    page.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        for section in ("ask", "search/checkout", "map", "symbol/checkout", "runs", "prompts", "prompts/ask", "index"):
            page.open(section)
            page.gone(".steps")
            wide = page.driver.execute_script("return document.documentElement.scrollWidth")
            assert wide <= width, section
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: make toolchains")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page, scheme):
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    page.ask("where is a payment charged")
    page.wait(".sources .cite").click()
    page.wait("#panel .facts strong")
    found = _axe(page)
    for section in ("search/checkout", "map", "symbol/checkout", "review", "runs", "prompts", "prompts/ask", "index"):
        page.open(section)
        page.gone(".steps")
        found += _axe(page)
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    page.driver.get_log("browser")
    assert found == []


def _axe(page):
    page.driver.execute_script(AXE.read_text())
    violations = page.driver.execute_async_script("axe.run().then(r => arguments[0](r.violations))")
    return [(v["id"], v["nodes"][0]["html"]) for v in violations if v["impact"] in ("serious", "critical")]

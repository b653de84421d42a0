"""The page: hostile text, errors, slow and stopped servers, narrow windows, accessibility."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

pytest.importorskip("selenium")

from selenium.webdriver.common.by import By

from tests.codeassist.chat_server import serving as model_serving
from tests.codeassist.http.page.conftest import HOSTILE, Page
from tests.codeassist.http.running import serving
from tests.conftest import write

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of selenium's connection to the driver


AXE = Path(__file__).parents[3] / "toolchains" / "node_modules" / "axe-core" / "axe.min.js"


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
        for section in ("ask", "search/checkout", "map", "symbol/checkout", "check", "runs", "prompts", "prompts/ask", "index"):
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
    for section in ("search/checkout", "map", "symbol/checkout", "review", "check", "runs", "prompts", "prompts/ask", "index"):
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

"""The web page in a real headless browser: Chromium with its driver."""

from __future__ import annotations

import shutil

import pytest

webdriver = pytest.importorskip("selenium.webdriver")

from selenium.common.exceptions import StaleElementReferenceException  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


@pytest.fixture(scope="module")
def browser():
    if not (CHROMIUM and DRIVER):
        pytest.skip("needs Chromium and its driver (Debian: chromium, chromium-driver)")
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

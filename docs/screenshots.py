"""Make the pictures of the web page: a real server, a real browser (Chromium with its driver), one picture a section.

python docs/screenshots.py REPOSITORY docs/page.png                   # the picture of the README: a question and its source
python docs/screenshots.py REPOSITORY FOLDER/ --all                   # every section, wide and narrow, light and dark
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

QUESTION = "where are secrets masked"
SECTIONS = ("ask", "search/chunk merge", "map", "symbol/merge_small", "review", "runs", "prompts", "prompts/ask", "index")
WAIT = 60


@contextmanager
def served(repository: Path) -> Iterator[str]:
    """The address of a server for a repository."""
    command = [sys.executable, "-m", "codeassist", "serve", "--repo", str(repository), "--port", "0", "-q"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        for line in server.stderr:
            if line.startswith("Serving at "):
                break
        try:
            yield line.split()[2]
        finally:
            server.terminate()


def browser() -> webdriver.Chrome:
    """A headless Chromium."""
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"):
        options.add_argument(argument)
    options.binary_location = (
        shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
    )
    return webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))


def show(driver: Any, width: int, height: int, *, dark: bool) -> None:
    """Set the size of the page and its colours."""
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    )
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})


def settled(driver: Any) -> None:
    """Wait until nothing is being computed."""
    WebDriverWait(driver, WAIT).until(lambda d: d.find_elements(By.CSS_SELECTOR, "main h2"))
    WebDriverWait(driver, WAIT).until(lambda d: not d.find_elements(By.CSS_SELECTOR, ".steps, [aria-busy=true]"))


def asked(driver: Any, address: str, question: str) -> None:
    """Ask a question and open its first source."""
    driver.get(f"{address}#ask")
    settled(driver)
    driver.find_element(By.ID, "question").send_keys(question + "\n")
    WebDriverWait(driver, WAIT).until(lambda d: d.find_elements(By.CSS_SELECTOR, ".sources .cite"))
    driver.find_element(By.CSS_SELECTOR, ".sources .cite").click()
    WebDriverWait(driver, WAIT).until(lambda d: d.find_elements(By.CSS_SELECTOR, "#panel .marked"))
    WebDriverWait(driver, WAIT).until(lambda d: not d.find_element(By.CSS_SELECTOR, "#panel .facts").text.endswith("…"))


def main() -> None:
    """Make the pictures that the arguments name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("repository", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--question", default=QUESTION)
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args()
    with served(given.repository) as address, browser() as driver:
        if not given.all:
            show(driver, 1280, 820, dark=False)
            asked(driver, address, given.question)
            driver.save_screenshot(str(given.target))
            return
        for width, dark in ((1280, False), (1280, True), (390, False), (390, True)):
            look = f"{width}-{'dark' if dark else 'light'}"
            show(driver, width, 844, dark=dark)
            asked(driver, address, given.question)
            driver.save_screenshot(str(given.target / f"answer-{look}.png"))
            for section in SECTIONS:
                driver.get("about:blank")
                driver.get(f"{address}#{section}")
                settled(driver)
                driver.save_screenshot(str(given.target / f"{section.replace('/', '-')}-{look}.png"))


if __name__ == "__main__":
    main()

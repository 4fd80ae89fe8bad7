"""What the walk needs from Chromium, in a few words each."""

import json
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome


class Browser:
    """Chromium on one site, with the log of its requests and complaints."""

    def __init__(self, base: str, driver: Chrome) -> None:
        self.base, self.driver = base, driver

    def open(self, path: str) -> None:
        self.driver.get(self.base + path)

    @property
    def path(self) -> str:
        """The path and query of the page shown."""
        parts = urlsplit(self.driver.current_url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def text(self) -> str:
        """All text the page shows."""
        return str(self.driver.find_element("tag name", "body").text)

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def find_all(self, selector: str) -> list[Any]:
        return list(self.driver.find_elements("css selector", selector))

    def wait(self, selector: str, seconds: float = 20) -> Any:
        """Return the first element that fits, as soon as there is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := self.find_all(selector):
                return found[0]
            time.sleep(0.05)
        pytest.fail(f"{self.path}: nothing fits {selector} after {seconds} s")

    def wait_until_gone(self, element: Any, seconds: float = 20) -> None:
        """Wait until the page that holds an element has been replaced."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                element.is_enabled()
            except WebDriverException:
                return
            time.sleep(0.05)
        pytest.fail(f"{self.path}: the page did not change within {seconds} s")

    def log(self) -> tuple[list[str], list[str]]:
        """Take what was asked of other hosts and what the console complained of since the last call."""
        foreign = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith((self.base + "/", "data:", "chrome:", "blob:")):
                    foreign.append(url)
        return foreign, [entry["message"] for entry in self.driver.get_log("browser")]

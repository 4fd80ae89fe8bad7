"""A served graph, and a headless Chromium that records what it asks for and complains about."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.browser.chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
# Without the switches against background traffic Chromium calls its vendor at every start.
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
            "--window-size=1280,900"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, seconds: float, process: subprocess.Popen[bytes]) -> None:
    """Wait until a page answers; fail when the server ends before."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        try:
            opener.open(url, timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no answer from {url} after {seconds} s")


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the graph into a folder of its own, serve it, and give the address."""
    store = tmp_path_factory.mktemp("graph") / "store"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SERVANDA_")}
    environment["SERVANDA_STORE"] = str(store)
    subprocess.run([sys.executable, "-m", "kg", "build"], cwd=ROOT, env=environment, check=True, timeout=300)
    port = free_port()
    command = [sys.executable, "-m", "kg", "serve", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/", 60, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def start(folder: Path, javascript: bool) -> Chrome:
    program, service = shutil.which("chromium"), shutil.which("chromedriver")
    if not program or not service:
        pytest.fail("chromium and chromedriver are not installed: on Debian run apt install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = program
    for switch in [*SWITCHES, f"--user-data-dir={folder}"]:
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    if not javascript:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    return Chrome(options=options, service=Service(service))


@pytest.fixture(scope="session")
def chromium(base: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    driver = start(tmp_path_factory.mktemp("profile"), javascript=True)
    yield Browser(base, driver)
    driver.quit()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Give the browser, and fail the test if it asked another host for anything or the console complained."""
    chromium.log()
    yield chromium
    foreign, complaints = chromium.log()
    assert foreign == []
    assert complaints == []


@pytest.fixture(scope="session")
def plain_browser(base: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Give a browser in which JavaScript is off."""
    driver = start(tmp_path_factory.mktemp("plain-profile"), javascript=False)
    yield Browser(base, driver)
    driver.quit()

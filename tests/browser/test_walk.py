"""One walk through the pages in headless Chromium, then the same pages by keyboard, on a phone and under axe-core."""

from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Keys

from tests.browser.chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web/assets/node_modules/axe-core/axe.min.js"
CASE = "/page/communication/cat-433-2010"
RECOMMENDATION = "/page/recommendation/ccpr-c-kaz-co-2-p24"
PAGES = ["/", "/cases", "/matrix", "/articles", "/articles/cat", "/articles/cat/12", CASE, "/query", "/def", "/about",
         "/recommendations", "/deadlines", RECOMMENDATION, "/page/procedure/ccpr-kaz-co-2-follow-up",
         "/page/communication/cat-497-2012", "/search?q=torture", "/page/scheme/outcome/violation", "/page/body/cat",
         "/claims?theme=army", "/statistics", "/page/question/perpetrators-punished",
         "/page/claim/ngo-briefing-2015-eu-dialogue-unchanged", "/page/document/cat-letter-2024-10-10-kaz",
         "/page/def/StatisticalClaim", "/page/scheme/hrc-co-2016"]
QUERY = """SELECT ?case ?article WHERE {
  ?case sv:violatedArticle ?article
} ORDER BY ?case ?article LIMIT 5"""


def click(browser: Browser, text: str, within: str = "body") -> None:
    browser.find(within).find_element("link text", text).click()


def test_home_to_matrix_to_case_to_article_to_query(browser: Browser, tmp_path: Path) -> None:
    browser.open("/")
    assert "What United Nations committees decided about States" in browser.text
    figures = browser.find_all("dl.figures dd")
    assert len(figures) >= 5
    assert all(int(figure.text.replace(",", "")) > 0 for figure in figures)

    click(browser, "Matrix", "nav.site-nav")
    assert browser.path == "/matrix"
    browser.wait("td .mark-violated")
    browser.find('td .mark-violated[title="CAT 12 violated"]').click()
    assert browser.path.startswith("/page/finding/")

    browser.open("/matrix")
    browser.find(f'th a[href="{CASE}"]').click()
    assert browser.path == CASE
    assert "Gerasimov" in browser.find("h1").text
    click(browser, "CAT 12", "main")
    assert "12" in browser.find("h1").text
    assert browser.find_all(f'main a[href="{CASE}"]'), "the article does not lead back to the case"

    click(browser, "Query", "nav.site-nav")
    run_query(browser, QUERY)
    assert "5 rows" in browser.find("main [role=status]").text
    links = browser.find_all("section .results td a")
    assert len(links) == 10
    assert links[0].get_attribute("href").startswith(browser.base + "/page/communication/")
    links[0].click()
    assert browser.path.startswith("/page/communication/")
    browser.driver.save_screenshot(str(tmp_path / "case.png"))


def run_query(browser: Browser, text: str) -> None:
    """Replace what the editor holds and run it from the keyboard."""
    editor = browser.wait(".cm-content")
    editor.click()
    ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
    browser.driver.execute_script(
        "const clipboardData = new DataTransfer(); clipboardData.setData('text/plain', arguments[1]);"
        "arguments[0].dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}))",
        editor, text)  # typed text would get its closing brackets twice
    page = browser.find("html")
    ActionChains(browser.driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    browser.wait_until_gone(page)


def test_editor_marks_the_line_of_an_error(browser: Browser) -> None:
    browser.open("/query")
    run_query(browser, "SELECT ?case\nWHERE { ?case sv:violatedArticle }")
    assert "Line 2" in browser.wait("#query-error").text
    assert browser.wait(".cm-lintRange-error, .cm-lint-marker-error")
    browser.driver.get_log("browser")  # Chromium notes the status 400 of the page itself


def test_example_query_runs(browser: Browser) -> None:
    browser.open("/query")
    assert len(browser.find_all("ul.examples a")) >= 6
    browser.find("ul.examples a").click()
    browser.find("form.editor button").click()
    assert browser.wait("section .results tbody tr")


def tab_stops(browser: Browser, most: int = 60) -> list[str]:
    """Press Tab from the top of the page and name what takes the focus, in order."""
    names: list[str] = []
    for _ in range(most):
        ActionChains(browser.driver).send_keys(Keys.TAB).perform()
        focus = browser.driver.switch_to.active_element
        if focus.tag_name == "body":
            break
        names.append(f"{focus.tag_name} {focus.accessible_name}")
    return names


SKIP = "a Skip to the content"


@pytest.mark.parametrize(("path", "wanted"), [
    ("/", [SKIP, "a Cases", "a Matrix", "a Query", "input Search for a name, number or word", "button Search"]),
    ("/cases", [SKIP, "input Words or names", "select Committee", "select Article", "button Apply"]),
    ("/query", [SKIP, "div SPARQL query", "button Run"]),
])
def test_main_controls_are_reached_by_keyboard(browser: Browser, path: str, wanted: list[str]) -> None:
    browser.open(path)
    if path == "/query":
        browser.wait(".cm-content")
    stops = tab_stops(browser)
    places = [next((place for place, stop in enumerate(stops) if stop.startswith(name)), None) for name in wanted]
    assert None not in places, stops
    assert places == sorted(places), stops


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_a_phone(browser: Browser, path: str) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                   {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True})
    try:
        browser.open(path)
        width = browser.driver.execute_script("return document.documentElement.scrollWidth")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert width <= 360


@pytest.mark.parametrize(("width", "columns"), [(1280, 3), (360, 1)])
def test_voices_stand_in_columns_and_on_a_phone_below_each_other(browser: Browser, width: int, columns: int) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                   {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": width < 500})
    try:
        browser.open(RECOMMENDATION)
        voices = browser.find("section.part .parties").find_elements("css selector", ".party")
        assert [voice.find_element("css selector", "h3").text.lower() for voice in voices] == [
            "state", "organisations and others", "committee"]
        assert len({voice.rect["x"] for voice in voices}) == columns
        assert len({voice.rect["y"] for voice in voices}) == 3 // columns
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_accessibility_fault_that_axe_sees(browser: Browser, path: str, scheme: str) -> None:
    if not AXE.is_file():
        pytest.fail("axe-core is not installed: make assets fetches it from the npm registry")
    emulate(browser, scheme)
    try:
        browser.open(path)
        browser.driver.execute_script(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = browser.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations']}).then(done, (error) => done({violations: [{id: `${error}`,"
            " nodes: []}]}));")
    finally:
        emulate(browser, "light")
    faults = [f"{fault['id']}: {node['target']} {node.get('failureSummary', '')}"
              for fault in found["violations"] for node in fault["nodes"][:3] or [{"target": fault["id"]}]]
    assert faults == []


def emulate(browser: Browser, scheme: str) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                   {"features": [{"name": "prefers-color-scheme", "value": scheme}]})


def test_query_page_works_without_javascript(plain_browser: Browser) -> None:
    plain_browser.open("/query")
    assert plain_browser.find_all(".cm-editor") == []
    area = plain_browser.find("textarea#query")
    area.clear()
    area.send_keys("ASK { ?case a sv:Communication }")
    plain_browser.find("form.editor button").click()
    assert "true" in plain_browser.wait("section [role=status]").text


def test_log_sees_a_foreign_request_and_a_complaint(chromium: Browser) -> None:
    """The guard of every test above does see what it guards against."""
    chromium.open("/about")
    chromium.log()
    chromium.driver.execute_script("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.2:9/x.png'}))")
    chromium.driver.execute_async_script("setTimeout(arguments[0], 300)")
    foreign, complaints = chromium.log()
    assert foreign == ["http://127.0.0.2:9/x.png"] or any("127.0.0.2" in text for text in complaints)
    assert complaints != []

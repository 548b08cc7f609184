"""The report in a real browser, against the kept predictions themselves."""

import base64
import json
import os
import re
import shutil
from typing import NamedTuple

import numpy as np
import pytest
from jinja2 import Environment, FileSystemLoader
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait
from sklearn.metrics import confusion_matrix

from stages.core.rows import Rows, load_rows
from stages.reporting.viewer import viewer_data

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
KINDS = ["both-right", "only-first", "only-second", "both-wrong", "wrong-differently"]

# [[href, lines of text, the picture's red], ...] of a gallery's digits
TILES = """
return [...document.querySelectorAll(arguments[0] + " li")].map(tile => [
  tile.querySelector("a").hash,
  [...tile.querySelectorAll("span")].map(line => line.textContent),
  [...tile.querySelector("canvas").getContext("2d").getImageData(0, 0, 28, 28).data]
    .filter((value, place) => place % 4 === 0)])
"""
LOADED = "return document.readyState === 'complete' && location.href !== 'about:blank'"
# The texts of a family's confusion matrix, line by line
MATRIX = """
return [...document.querySelectorAll(`#${arguments[0]} .confusion tbody tr`)]
  .map(row => [...row.querySelectorAll("td")].map(cell => cell.textContent))
"""
# [contrast, text] of each HTML element that shows text of its own
CONTRASTS = """
const context = Object.assign(document.createElement("canvas"), {width: 1, height: 1})
  .getContext("2d", {willReadFrequently: true});
const rgba = colour => {
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = (top, below) => below.map((value, i) => top[3] * top[i] + (1 - top[3]) * value);
const ground = element => {
  if (!element) return rgba(getComputedStyle(document.body).backgroundColor).slice(0, 3);
  return over(rgba(getComputedStyle(element).backgroundColor), ground(element.parentElement));
};
const light = colour => colour.map(value => value / 255)
  .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const own = element => [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
return [...document.querySelectorAll("body *")]
  .filter(e => e instanceof HTMLElement && own(e) && e.checkVisibility())
  .filter(e => !["SCRIPT", "STYLE", "OPTION"].includes(e.tagName))
  .map(e => {
    const below = ground(e);
    const both = [light(over(rgba(getComputedStyle(e).color), below)), light(below)];
    return [(Math.max(...both) + 0.05) / (Math.min(...both) + 0.05), e.textContent.slice(0, 60)];
  });
"""


class Known(NamedTuple):
    """What a page must show: `address` of it, its test rows, `scores` (n, classes) by family."""

    address: str
    rows: Rows
    classes: list[str]
    scores: dict[str, np.ndarray]

    def predicted(self, family):
        return self.scores[family].argmax(axis=1)

    def worst_cell(self, family):
        """Rows of the two classes that the family mistakes most often."""
        wrong = np.flatnonzero(self.predicted(family) != self.rows.labels)
        pairs = list(zip(self.rows.labels[wrong], self.predicted(family)[wrong], strict=True))
        actual, taken = max(pairs, key=pairs.count)
        found = (self.rows.labels == actual) & (self.predicted(family) == taken)
        return int(actual), int(taken), np.flatnonzero(found)


@pytest.fixture(scope="module")
def browser():
    programs = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    if None in programs.values():
        absent = "Debian's packages chromium and chromium-driver are not installed"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(absent)
    options = webdriver.ChromeOptions()
    options.binary_location = programs["chromium"]
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(executable_path=programs["chromedriver"])
    with webdriver.Chrome(options=options, service=service) as driver:
        yield driver


@pytest.fixture(scope="module")
def known(browser, ran):
    """The report of the whole pipeline; `browser` comes first, since it may skip."""
    predictions = ran.folder / "data/predictions"
    files = {name: predictions / name / "test.npy" for name in ran.params()["families"]}
    files["ensemble"] = ran.folder / "data/ensemble/test.npy"
    return Known(
        (ran.folder / "plots/report.html").as_uri(),
        load_rows(ran.folder / "data/split/test"),
        json.loads((ran.folder / "data/split/dataset.json").read_text())["classes"],
        {name: np.load(path) for name, path in files.items()},
    )


@pytest.fixture
def page(browser, known):
    """The browser with the report freshly loaded, on a desk, in light colours."""
    look(browser, 1200, 900, "light")
    load(browser, known.address)
    return browser


def look(browser, width, height, scheme):
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def load(browser, address):
    """Load the page anew, even where only the part behind # differs."""
    browser.get("about:blank")
    browser.get(address)
    WebDriverWait(browser, 10).until(lambda page: page.execute_script(LOADED))


def one(page, selector):
    return page.find_element(By.CSS_SELECTOR, selector)


def cell(page, family, actual, predicted):
    row = f"tbody tr:nth-child({actual + 1})"
    return one(page, f"#{family} .confusion {row} td:nth-of-type({predicted + 1}) button")


def tiles(page, place):
    """{index in the test file: (lines of text, picture)} of all digits of a gallery."""
    more = one(page, f"{place} .more")
    while more.is_displayed():
        more.click()
    painted = WebDriverWait(page, 10).until(
        lambda page: (found := page.execute_script(TILES, place)) and any(found[-1][2]) and found
    )
    return {
        int(link.removeprefix("#image=")): (lines, np.reshape(picture, (28, 28)))
        for link, lines, picture in painted
    }


def wait_for_dialog(page, closed=False):
    dialog = one(page, "dialog")
    WebDriverWait(page, 10).until(lambda _: dialog.is_displayed() != closed)
    return dialog


def shown_share(text):
    """The lowest and the highest p that "87 %", "< 1 %" or "> 99 %" may stand for."""
    share = int(re.search(r"\d+", text)[0]) / 100
    if "<" in text:
        return 0, share
    return (share, 1) if ">" in text else (share - 0.0075, share + 0.0075)


def test_nothing_is_asked_of_the_network_and_no_error_is_logged(page, known):
    family = next(iter(known.scores))
    cell(page, family, *known.worst_cell(family)[:2]).click()
    one(page, ".cell-images li a").click()
    wait_for_dialog(page)
    assert page.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert known.address in asked
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []


def test_a_number_of_a_matrix_shows_its_digits(page, known):
    for family in known.scores:
        actual, taken, rows = known.worst_cell(family)
        button = cell(page, family, actual, taken)
        assert button.text == str(len(rows))
        name = f"{family}: {len(rows):,} test image{'s' if len(rows) > 1 else ''} that "
        assert button.accessible_name.startswith(name)
        button.click()
        shown = tiles(page, ".cell-images")
        assert list(shown) == known.rows.indices[rows].tolist()
        for row, (lines, picture) in zip(rows, shown.values(), strict=True):
            assert lines[0] == f"label {known.classes[actual]}"
            assert lines[1].startswith(f"{family}: {known.classes[taken]}")
            ink = 255 - known.rows.images[row].astype(int)
            assert np.abs(picture - ink).max() <= 9


@pytest.mark.parametrize(
    ("view", "by", "of_errors"),
    [
        ("% of the actual class", "true", False),
        ("% of the errors in the actual class", "true", True),
        ("% of the errors in the predicted class", "pred", True),
    ],
)
def test_a_matrix_also_shows_shares(page, known, view, by, of_errors):
    family = "logistic"
    predicted = known.predicted(family)
    weights = (predicted != known.rows.labels).astype(float) if of_errors else None
    expected = confusion_matrix(known.rows.labels, predicted, normalize=by, sample_weight=weights)
    counts = page.execute_script(MATRIX, family)
    choice = Select(one(page, f"#{family} .choice select"))
    choice.select_by_visible_text(view)
    shown = page.execute_script(MATRIX, family)
    for actual, line in enumerate(shown):
        for taken, text in enumerate(line):
            if of_errors and actual == taken:
                assert text == "\u2013"
            else:
                assert float(text) == pytest.approx(100 * expected[actual, taken], abs=0.051)
    choice.select_by_visible_text("counts")
    assert page.execute_script(MATRIX, family) == counts


def test_right_digits_are_shown_too(page, known):
    family = "ensemble"
    right = known.rows.labels == known.predicted(family)
    row = np.flatnonzero(right)[0]
    label = int(known.rows.labels[row])
    cell(page, family, label, label).click()
    expected = known.rows.indices[right & (known.rows.labels == label)]
    assert list(tiles(page, ".cell-images")) == expected.tolist()


def test_probabilities_are_those_of_the_scores_or_absent(page, known):
    for family, scores in known.scores.items():
        actual, taken, rows = known.worst_cell(family)
        cell(page, family, actual, taken).click()
        proper = scores.min() >= 0 and np.allclose(scores.sum(axis=1), 1, atol=1e-3)
        for row, (lines, _) in zip(rows, tiles(page, ".cell-images").values(), strict=True):
            parts = re.findall(r"\sat\s([<>]?\s?\d+\s%)", lines[1])
            assert len(parts) == (2 if proper else 0), lines
            for part, column in zip(parts, (taken, actual), strict=bool(proper)):
                low, high = shown_share(part)
                assert low <= scores[row, column] <= high, (family, lines)


@pytest.mark.parametrize("kind", KINDS)
def test_two_families_are_told_apart(page, known, kind):
    first, second = "logistic", "knn"
    for part, family in (("first", first), ("second", second)):
        Select(one(page, f"select[data-part={part}]")).select_by_value(family)
    one(page, f".two [data-kind={kind}]").click()
    label = known.rows.labels
    a, b = known.predicted(first), known.predicted(second)
    expected = {
        "both-right": (a == label) & (b == label),
        "only-first": (a == label) & (b != label),
        "only-second": (a != label) & (b == label),
        "both-wrong": (a != label) & (b != label),
        "wrong-differently": (a != label) & (b != label) & (a != b),
    }
    for each, rows in expected.items():
        assert one(page, f".two [data-kind={each}]").text == f"{rows.sum():,}"
    assert page.execute_script("return location.hash") == f"#two={first},{second},{kind}"
    rows = np.flatnonzero(expected[kind])
    shown = tiles(page, ".two") if len(rows) else {}
    assert list(shown) == known.rows.indices[rows].tolist()
    for row, (lines, _) in zip(rows, shown.values(), strict=True):
        assert lines[0] == f"label {known.classes[label[row]]}"
        assert lines[1].startswith(f"{first}: {known.classes[a[row]]}")
        assert lines[2].startswith(f"{second}: {known.classes[b[row]]}")


def test_the_address_leads_a_colleague_to_the_same_digits(browser, known):
    actual, taken, rows = known.worst_cell("logistic")
    there = f"#cell=logistic,{known.classes[actual]},{known.classes[taken]}"
    load(browser, known.address)
    cell(browser, "logistic", actual, taken).click()
    assert browser.execute_script("return location.hash") == there
    load(browser, known.address + there)
    assert list(tiles(browser, ".cell-images")) == known.rows.indices[rows].tolist()
    load(browser, f"{known.address}#two=knn,dummy,only-first")
    assert one(browser, "select[data-part=second]").get_attribute("value") == "dummy"
    assert one(browser, ".two [data-kind=only-first]").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("anchor", ["#leaderboard", "#svm"])
def test_plain_anchors_lead_where_they_did(browser, known, anchor):
    load(browser, known.address + anchor)
    top = f"return document.querySelector('{anchor}').getBoundingClientRect().top"
    WebDriverWait(browser, 10).until(lambda browser: abs(browser.execute_script(top)) < 60)
    assert not one(browser, ".cell-images").is_displayed()


@pytest.mark.parametrize("address", ["#cell=nobody,1,2", "#two=a", "#image=x", "#cell=%,%,%"])
def test_an_address_of_nothing_is_the_plain_report(browser, known, address):
    browser.get_log("browser")
    load(browser, known.address + address)
    assert not one(browser, ".cell-images").is_displayed()
    assert not one(browser, "dialog").is_displayed()
    assert one(browser, "#compare-two li").is_displayed()
    assert browser.get_log("browser") == []


def test_one_digit_shows_what_every_family_says(page, known):
    row = int(np.flatnonzero(known.predicted("dummy") != known.rows.labels)[3])
    load(page, f"{known.address}#image={known.rows.indices[row]}")
    lines = page.execute_script(
        "return [...document.querySelectorAll('dialog tbody tr')].map(row =>"
        "[...row.cells].map(cell => cell.textContent))"
    )
    label = known.rows.labels[row]
    assert {family: (says, verdict) for family, says, verdict, *_ in lines} == {
        family: (
            known.classes[known.predicted(family)[row]],
            "right" if known.predicted(family)[row] == label else "wrong",
        )
        for family in known.scores
    }


def test_all_can_be_done_with_the_keyboard(page, known):
    actual, taken, _ = known.worst_cell("dummy")
    button = cell(page, "dummy", actual, taken)
    for leave in (Keys.ESCAPE, Keys.TAB + Keys.ENTER):
        button.send_keys(Keys.ENTER)
        assert button.get_attribute("aria-expanded") == "true"
        assert page.switch_to.active_element.tag_name == "h3"
        ActionChains(page).send_keys(leave).perform()
        assert page.switch_to.active_element == button
        assert not one(page, ".cell-images").is_displayed()
    button.send_keys(Keys.ENTER)
    link = one(page, ".cell-images li a")
    link.send_keys(Keys.ENTER)
    wait_for_dialog(page)
    ActionChains(page).send_keys(Keys.ESCAPE).perform()
    wait_for_dialog(page, closed=True)
    assert page.switch_to.active_element == link
    assert "#cell=dummy," in page.current_url


def column(page, table, number):
    """What the column's cells sort by: their data-value, else their text."""
    read = "[...arguments[0].tBodies[0].rows].map(row => row.cells[arguments[1]])"
    text = "cell => (cell.dataset.value ?? cell.textContent).trim()"
    return page.execute_script(f"return {read}.map({text})", table, number)


def in_order(texts, down):
    """Whether numbers, or else names, are in order, and what says nothing stands last."""
    filled = [text for text in texts if text not in ("", "\u2013")]
    if texts[: len(filled)] != filled:
        return False
    starts = [re.match(r"[-+]?[\d,]*\.?\d+(e[-+]?\d+)?", text) for text in filled]
    if all(starts):
        keys = [float(start[0].replace(",", "")) for start in starts]
    else:  # mlp_64 before mlp_128
        keys = [[int(p) if p.isdigit() else p for p in re.split(r"(\d+)", t)] for t in filled]
    return keys == sorted(keys, reverse=down)


def test_tables_are_sorted_by_any_column_up_and_down(page):
    tables = page.find_elements(By.CSS_SELECTOR, "table.sortable")
    assert one(page, "#leaderboard table") in tables
    for table in tables:
        headers = table.find_elements(By.CSS_SELECTOR, "thead th")
        for number, header in enumerate(headers):
            before = sorted(column(page, table, number))
            for down in (False, True):
                page.execute_script("arguments[0].click()", one_button(header))
                assert header.get_attribute("aria-sort") == ("descending" if down else "ascending")
                texts = column(page, table, number)
                assert sorted(texts) == before
                assert in_order(texts, down), (header.text, texts)
        assert len(table.find_elements(By.CSS_SELECTOR, "[aria-sort]")) == 1


def one_button(header):
    return header.find_element(By.CSS_SELECTOR, "button.sort")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_ink_stands_out_from_its_ground(page, known, scheme):
    look(page, 1200, 900, scheme)
    cell(page, "dummy", *known.worst_cell("dummy")[:2]).click()
    ground = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground)[:3])) > 3 * 128) == (scheme == "light")
    faint = [each for each in page.execute_script(CONTRASTS) if each[0] < 4.5]
    assert faint == []
    inverted = "invert(1)" if scheme == "dark" else "none"
    assert one(page, ".gallery canvas").value_of_css_property("filter") == inverted


def test_a_phone_scrolls_only_down(page, known):
    look(page, 390, 844, "light")
    width = "return document.documentElement.scrollWidth"
    assert page.execute_script(width) <= 390
    cell(page, "dummy", *known.worst_cell("dummy")[:2]).click()
    assert page.execute_script(width) <= 390
    one(page, ".cell-images li a").click()
    box = wait_for_dialog(page).rect
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.execute_script(width) <= 390


def test_the_report_prints(page):
    printed = page.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    pdf = base64.b64decode(printed["data"])
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 1


def test_without_scripts_the_report_is_all_there_but_for_the_digits(page, known):
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        load(page, known.address)
        assert one(page, "#compare-two noscript .warning").rect["height"] > 0
        assert not one(page, ".two").is_displayed()
        numbers = [
            int(td.text) for td in page.find_elements(By.CSS_SELECTOR, "#knn .confusion tbody td")
        ]
        assert sum(numbers) == len(known.rows.labels)
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


ODD = ['<b onclick="x">&amp;', "a,b/ü %", "'\"", "constructor"]
ODD_PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>Odd names</title>
<section id="it"><table class="confusion"><thead><tr><td></td>
{% for name in viewer.classes %}<th>{{ name }}</th>{% endfor %}</tr></thead><tbody>
{% for _ in viewer.classes %}<tr><th></th><td>1</td><td>1</td><td>1</td><td>1</td></tr>{% endfor %}
</tbody></table></section>
{% include "viewer.html" %}
<script type="application/json" id="viewer-data">{{ viewer | tojson }}</script>
<script type="module">{% include "sortable.js" %}{% include "gallery.js" %}
{% include "viewer.js" %}</script>"""


def test_names_are_text_whatever_they_hold(browser, tmp_path):
    rows = Rows(np.zeros((16, 28, 28), np.uint8), np.arange(16) // 4, np.arange(16))
    viewer = viewer_data(rows, ODD, {"it": np.eye(4, dtype=np.float32)[np.arange(16) % 4]})
    environment = Environment(loader=FileSystemLoader("stages/templates"), autoescape=True)
    file = tmp_path / "odd.html"
    file.write_text(environment.from_string(ODD_PAGE).render(viewer=viewer), encoding="utf-8")
    for index in range(16):
        load(browser, file.as_uri())
        cell(browser, "it", index // 4, index % 4).click()
        load(browser, browser.current_url)
        ((shown, (lines, _)),) = tiles(browser, ".cell-images").items()
        assert shown == index
        assert lines == [f"label {ODD[index // 4]}", lines[1]]
        assert lines[1].startswith(f"it: {ODD[index % 4]} at\u00a0>\u00a099\u00a0%")
    assert browser.find_elements(By.CSS_SELECTOR, "b[onclick]") == []

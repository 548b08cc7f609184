"""The report in a real browser, against the kept predictions themselves."""

import base64
import json
import os
import re
from typing import NamedTuple

import numpy as np
import pytest
from jinja2 import Environment, FileSystemLoader
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait
from sklearn.metrics import confusion_matrix

from stages.core.rows import Rows, load_dataset, load_rows
from stages.reporting.pages import TEMPLATES
from stages.reporting.thumbnails import viewer_data
from tests.reporting import browsing
from tests.reporting.browsing import (
    COLUMN,
    CONTRASTS,
    MATRIX,
    cell,
    in_order,
    load,
    look,
    one,
    shown_share,
    tiles,
    wait_for_dialog,
)

PAIR = ("logistic", "mlp_64")  # two of the families that the clone has


class Known(NamedTuple):
    """What a page must show: `address` of it, its test rows, `scores` (n, classes) by family."""

    address: str
    rows: Rows
    classes: list[str]
    scores: dict[str, np.ndarray]

    def predicted(self, family):
        return self.scores[family].argmax(axis=1)

    def worst_cell(self, family, right=False):
        """The two classes that the family mistakes most often, or the one that it has right most
        often, and the rows of them."""
        labels, predicted = self.rows.labels, self.predicted(family)
        counts = confusion_matrix(labels, predicted) * (np.eye(len(self.classes)) == right)
        actual, taken = map(int, np.unravel_index(counts.argmax(), counts.shape))
        return actual, taken, np.flatnonzero((labels == actual) & (predicted == taken))


@pytest.fixture(scope="module")
def browser():
    driver = browsing.start()
    if driver is None:
        absent = "Debian's packages chromium and chromium-driver are not installed"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") else pytest.skip)(absent)
    with driver:
        yield driver


@pytest.fixture(scope="module")
def known(browser, ran):
    """The report of the whole pipeline; `browser` comes first, since it may skip."""
    test, folder = ran.folder / "data/split/test", ran.folder / "data/evaluations"
    files = {name: folder / name / "test.npy" for name in ran.params()["families"]}
    files["ensemble"] = ran.folder / "data/ensemble/test.npy"
    return Known(
        (ran.folder / "plots/report.html").as_uri(),
        load_rows(test),
        load_dataset(test).classes,
        {name: np.load(path) for name, path in files.items()},
    )


@pytest.fixture
def page(browser, known):
    """The browser with the report freshly loaded, on a desk, in light colours."""
    look(browser, 1200, 900, "light")
    load(browser, known.address)
    return browser


@pytest.fixture
def button(page, known):
    """The number that `dummy` mistakes most often."""
    return cell(page, "dummy", *known.worst_cell("dummy")[:2])


def test_nothing_is_asked_of_the_network_and_no_error_is_logged(page, known, button):
    button.click()
    one(page, ".cell-images li a").click()
    wait_for_dialog(page)
    assert page.get_log("browser") == []
    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    sent = [event for event in events if event["method"] == "Network.requestWillBeSent"]
    asked = [event["params"]["request"]["url"] for event in sent]
    assert known.address in asked
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:"))] == []


def test_a_number_of_a_matrix_shows_its_digits_and_how_sure_the_family_is(page, known):
    for family, scores in known.scores.items():
        proper = scores.min() >= 0 and np.allclose(scores.sum(axis=1), 1, atol=1e-3)
        for right in (False, True):
            actual, taken, rows = known.worst_cell(family, right)
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
                parts = re.findall(r"\sat\s([<>]?\s?\d+\s%)", lines[1])
                columns = list(dict.fromkeys((taken, actual))) if proper else []
                for part, column_ in zip(parts, columns, strict=True):
                    low, high = shown_share(part)
                    assert low <= scores[row, column_] <= high, (family, lines)


def test_a_matrix_also_shows_shares(page, known):
    labels, predicted = known.rows.labels, known.predicted("logistic")
    every, wrong = np.ones(len(labels)), (predicted != labels).astype(float)
    counts = page.execute_script(MATRIX, "logistic")
    choice = Select(one(page, "#logistic .choice select"))
    for view, by, weights in (
        ("% of the actual class", "true", every),
        ("% of the errors in the actual class", "true", wrong),
        ("% of the errors in the predicted class", "pred", wrong),
    ):
        expected = 100 * confusion_matrix(labels, predicted, normalize=by, sample_weight=weights)
        choice.select_by_visible_text(view)
        shown = np.array(page.execute_script(MATRIX, "logistic"))
        if weights is wrong:
            assert set(shown.diagonal()) == {"\u2013"}
            np.fill_diagonal(shown, "0")
        np.testing.assert_allclose(shown.astype(float), expected, rtol=0, atol=0.051)
    choice.select_by_visible_text("counts")
    assert page.execute_script(MATRIX, "logistic") == counts


def test_two_families_are_told_apart(page, known):
    first, second = PAIR
    for part, family in (("first", first), ("second", second)):
        Select(one(page, f"select[data-part={part}]")).select_by_value(family)
    label, a, b = known.rows.labels, known.predicted(first), known.predicted(second)
    expected = {
        "both-right": (a == label) & (b == label),
        "only-first": (a == label) & (b != label),
        "only-second": (a != label) & (b == label),
        "both-wrong": (a != label) & (b != label),
        "wrong-differently": (a != label) & (b != label) & (a != b),
    }
    for kind, found in expected.items():
        button = one(page, f".two [data-kind={kind}]")
        assert button.text == f"{found.sum():,}"
        button.click()
        assert page.execute_script("return location.hash") == f"#two={first},{second},{kind}"
        rows = np.flatnonzero(found)
        shown = tiles(page, ".two") if len(rows) else {}
        assert list(shown) == known.rows.indices[rows].tolist()
        for row, (lines, _) in zip(rows, shown.values(), strict=True):
            assert lines[0] == f"label {known.classes[label[row]]}"
            assert lines[1].startswith(f"{first}: {known.classes[a[row]]}")
            assert lines[2].startswith(f"{second}: {known.classes[b[row]]}")


def test_the_address_leads_a_colleague_to_the_same_digits(page, known):
    actual, taken, rows = known.worst_cell("logistic")
    there = f"#cell=logistic,{known.classes[actual]},{known.classes[taken]}"
    cell(page, "logistic", actual, taken).click()
    assert page.execute_script("return location.hash") == there
    load(page, known.address + there)
    assert list(tiles(page, ".cell-images")) == known.rows.indices[rows].tolist()
    load(page, f"{known.address}#two=mlp_64,dummy,only-first")
    assert one(page, "select[data-part=second]").get_attribute("value") == "dummy"
    assert one(page, ".two [data-kind=only-first]").get_attribute("aria-pressed") == "true"


@pytest.mark.parametrize("anchor", ["#leaderboard", "#mlp_64"])
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
    assert one(browser, "#compare-two .two").is_displayed()
    assert browser.get_log("browser") == []


def test_one_digit_shows_what_every_family_says(browser, known):
    row = int(np.flatnonzero(known.predicted("dummy") != known.rows.labels)[3])
    load(browser, f"{known.address}#image={known.rows.indices[row]}")
    lines = [line.split() for line in one(browser, "dialog tbody").text.splitlines()]
    label = known.rows.labels[row]
    said = {family: known.predicted(family)[row] for family in known.scores}
    assert {family: (says, verdict) for family, says, verdict, *_ in lines} == {
        family: (known.classes[each], "right" if each == label else "wrong")
        for family, each in said.items()
    }


def test_all_can_be_done_with_the_keyboard(page, button):
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


def test_tables_are_sorted_by_any_column_up_and_down(page):
    tables = page.find_elements(By.CSS_SELECTOR, "table.sortable")
    assert one(page, "#leaderboard table") in tables
    for table in tables:
        headers = table.find_elements(By.CSS_SELECTOR, "thead th")
        for number, header in enumerate(headers):
            before = sorted(page.execute_script(COLUMN, table, number))
            button = header.find_element(By.CSS_SELECTOR, "button.sort")
            for down in (False, True):
                page.execute_script("arguments[0].click()", button)
                assert header.get_attribute("aria-sort") == ("descending" if down else "ascending")
                texts = page.execute_script(COLUMN, table, number)
                assert sorted(texts) == before
                assert in_order(texts, down), (header.text, texts)
        assert len(table.find_elements(By.CSS_SELECTOR, "[aria-sort]")) == 1


def test_ink_stands_out_from_its_ground(page, button):
    button.click()
    for scheme, inverted in (("light", "none"), ("dark", "invert(1)")):
        look(page, 1200, 900, scheme)
        ground = page.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", ground)[:3])) > 3 * 128) == (scheme == "light")
        assert [each for each in page.execute_script(CONTRASTS) if each[0] < 4.5] == []
        assert one(page, ".gallery canvas").value_of_css_property("filter") == inverted


def test_a_phone_scrolls_only_down(page, button):
    look(page, 390, 844, "light")
    width = "return document.documentElement.scrollWidth"
    assert page.execute_script(width) <= 390
    button.click()
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


def test_without_scripts_the_report_is_all_there_but_for_the_digits(browser, known):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        load(browser, known.address)
        assert one(browser, "#compare-two noscript .warning").rect["height"] > 0
        assert not one(browser, ".two").is_displayed()
        cells = browser.find_elements(By.CSS_SELECTOR, "#logistic .confusion tbody td")
        assert sum(int(each.text) for each in cells) == len(known.rows.labels)
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


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
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    file = tmp_path / "odd.html"
    file.write_text(environment.from_string(ODD_PAGE).render(viewer=viewer), encoding="utf-8")
    for index in (1, 6, 11, 12):  # each name once as label, once as answer
        load(browser, file.as_uri())
        cell(browser, "it", index // 4, index % 4).click()
        load(browser, browser.current_url)
        ((shown, (lines, _)),) = tiles(browser, ".cell-images").items()
        assert shown == index
        assert lines == [f"label {ODD[index // 4]}", lines[1]]
        assert lines[1].startswith(f"it: {ODD[index % 4]} at\u00a0>\u00a099\u00a0%")
    assert browser.find_elements(By.CSS_SELECTOR, "b[onclick]") == []

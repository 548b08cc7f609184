"""A real browser, and what a reader of the report does with it."""

import re
import shutil

import numpy as np
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
PROGRAMS = ("chromium", "chromedriver")

LOADED = "return document.readyState === 'complete' && location.href !== 'about:blank'"
# [[href, lines of text, the picture's red], ...] of a gallery's digits
TILES = """
return [...document.querySelectorAll(arguments[0] + " li")].map(tile => [
  tile.querySelector("a").hash,
  [...tile.querySelectorAll("span")].map(line => line.textContent),
  [...tile.querySelector("canvas").getContext("2d").getImageData(0, 0, 28, 28).data]
    .filter((value, place) => place % 4 === 0)])
"""
# The texts of a family's confusion matrix, line by line
MATRIX = """
return [...document.querySelectorAll(`#${arguments[0]} .confusion tbody tr`)]
  .map(row => [...row.querySelectorAll("td")].map(cell => cell.textContent))
"""
# What a table's column is sorted by: of each cell its data-value, else its text
COLUMN = """
return [...arguments[0].tBodies[0].rows].map(row => row.cells[arguments[1]])
  .map(cell => (cell.dataset.value ?? cell.textContent).trim())
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


def start(*flags):
    """Debian's chromium, without a window; None where it is not installed."""
    programs = [shutil.which(name) for name in PROGRAMS]
    if None in programs:
        return None
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    for flag in [*FLAGS, *flags]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options, webdriver.ChromeService(executable_path=programs[1]))


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


def shown_share(text):
    """The lowest and the highest p that "87 %", "< 1 %" or "> 99 %" may stand for."""
    share = int(re.search(r"\d+", text)[0]) / 100
    if "<" in text:
        return 0, share
    return (share, 1) if ">" in text else (share - 0.0075, share + 0.0075)

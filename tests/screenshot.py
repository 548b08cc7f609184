"""The README's picture of the report: the digits behind a number, in Debian's chromium."""

from pathlib import Path

from selenium.webdriver.common.by import By

from tests.reporting.browsing import start, tiles

ROOT = Path(__file__).parent.parent
CELL = "#cell=sgd,5,8"  # the fives that sgd takes for eights


def main() -> None:
    with start("--window-size=1160,1000") as browser:
        browser.get((ROOT / "plots/report.html").as_uri() + CELL)
        heading = browser.find_element(By.ID, "sgd-title")
        browser.execute_script("arguments[0].scrollIntoView()", heading)
        tiles(browser, ".cell-images")  # waits until they are painted
        browser.save_screenshot(str(ROOT / "plots/screenshot.png"))


if __name__ == "__main__":
    main()

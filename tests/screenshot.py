"""The README's picture of the report: the digits behind a number, in Debian's chromium."""

from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

ROOT = Path(__file__).parent.parent
CELL = "#cell=sgd,5,8"  # the fives that sgd takes for eights
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1160,1000"]
PAINTED = """
return arguments[0].getContext("2d").getImageData(0, 0, 28, 28).data.some(value => value);
"""


def main() -> None:
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    with webdriver.Chrome(options=options) as browser:
        browser.get((ROOT / "plots/report.html").as_uri() + CELL)
        heading = browser.find_element(By.ID, "sgd-title")
        browser.execute_script("arguments[0].scrollIntoView()", heading)
        last = browser.find_elements(By.CSS_SELECTOR, ".cell-images canvas")[-1]
        WebDriverWait(browser, 10).until(lambda _: browser.execute_script(PAINTED, last))
        browser.save_screenshot(str(ROOT / "plots/screenshot.png"))


if __name__ == "__main__":
    main()

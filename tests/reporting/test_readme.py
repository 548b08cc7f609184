import pytest

from stages.core.errors import UserError
from stages.reporting.readme import update

TABLE = "| rank | family |\n|---:|---|\n| 1 | svm |\n"


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "metrics").mkdir()
    report = f"# Report\n\n| rank of what |\n\n{TABLE}\nMore.\n\n| pair | p |\n|---|---|\n"
    (tmp_path / "metrics/report.md").write_text(report)
    lines = "item,what,measured,goal,met,machine\ncsv,rows,5,,,a\ncsv,GB,1,<= 2,yes,b|c\n"
    (tmp_path / "metrics/bench.csv").write_text(lines)
    return tmp_path / "page.md"


def test_what_stands_between_the_markers_is_written_anew_and_nothing_else(page, capsys):
    page.write_text("a\n<!-- leaderboard -->\nold\n<!-- /leaderboard -->\nb\n")
    update([page])
    written = f"a\n<!-- leaderboard -->\n\n{TABLE}\nMore.\n\n<!-- /leaderboard -->\nb\n"
    assert page.read_text() == written
    assert capsys.readouterr().out == f"{page}: its tables have changed\n"
    update([page])
    assert page.read_text() == written
    assert not capsys.readouterr().out


def test_each_machine_has_a_table_of_what_was_measured_on_it(page):
    page.write_text("<!-- bench -->\n<!-- /bench -->\n")
    update([page])
    head = "| benchmark | what | measured | goal | met |\n|---|---|---:|---|---|\n"
    expected = f"Measured on a:\n\n{head}| csv | rows | 5 |  |  |\n\n"
    expected += f"Measured on b&#124;c:\n\n{head}| csv | GB | 1 | <= 2 | yes |\n\n"
    assert page.read_text() == f"<!-- bench -->\n\n{expected}<!-- /bench -->\n"


def test_a_marker_without_its_end_is_one_line(page):
    page.write_text("<!-- bench -->\n")
    with pytest.raises(UserError, match="has no end; expected <!-- /bench --> below it"):
        update([page])

from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_committed_page_can_be_sent_by_mail():
    assert (ROOT / "plots/report.html").stat().st_size < 5_000_000

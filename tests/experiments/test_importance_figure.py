import re

from stages.experiments.importance_figure import importance_figure


def test_each_param_has_its_share_the_most_important_on_top():
    text = importance_figure({"fit.epochs": 0.25, "build.dropout": 0.75}, "small", 7)
    assert "small: which params matter (7 trials, fANOVA)" in text
    assert "25 %" in text
    assert "75 %" in text
    # Ticks are drawn from the bottom up.
    assert re.findall(r">(fit\.epochs|build\.dropout)<", text) == ["fit.epochs", "build.dropout"]
    assert text == importance_figure({"fit.epochs": 0.25, "build.dropout": 0.75}, "small", 7)

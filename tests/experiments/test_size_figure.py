from xml.etree import ElementTree

import pandas as pd
import pytest

from stages.experiments.size_figure import size_figure

TABLE = pd.DataFrame(
    [
        {"family": name, "split.subset": size, "seed": 0, "accuracy": accuracy}
        for name, accuracies in (("a", (0.5, 0.8, 0.9)), ("b", (0.6, 0.7, 0.99)), ("c", (0.1,) * 3))
        for size, accuracy in zip(("None", "100", "1000"), accuracies[::-1], strict=True)
    ]
).assign(accuracy_low=0.05, accuracy_high=0.995)
FRAMEWORKS = {"a": "spark_ml", "b": "pytorch", "c": "pytorch"}


@pytest.fixture(scope="module")
def words():
    svg = size_figure(TABLE, 5000, FRAMEWORKS, "tiny")
    assert svg == size_figure(TABLE, 5000, FRAMEWORKS, "tiny")
    return [text.strip() for text in ElementTree.fromstring(svg).itertext() if text.strip()]


def test_each_framework_has_a_panel_with_its_own_families(words):
    assert {"spark_ml", "pytorch"} <= set(words)
    legend = [word for word in words if word in FRAMEWORKS]
    assert legend == ["a", "c", "b"], "within a panel the worst stands first"
    assert words.count("Training rows") == words.count("Validation error") == 2


def test_the_title_names_the_data_and_null_is_all_rows(words):
    assert "Learning curves: what more training images of tiny bring" in words
    assert {"100", "1k", "5k"} <= set(words)

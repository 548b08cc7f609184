import numpy as np
import pytest

from stages.core.params import read_families
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_block

FAMILIES = read_families()


@pytest.mark.parametrize("name", ["knn", "svm"])
def test_fewer_rows_than_components_and_neighbours_are_enough(name, digits):
    few, block = digits.take(np.arange(30)), FAMILIES[name]
    block = block.model_copy(update={"build": block.build | {"components": 50}})
    if name == "knn":
        block.build["neighbors"] = 40
    family = open_block(name, block, 10)
    model = family.fit(few, digits.take(np.arange(30, 60)), EpochLog(name))
    right = family.score(model, digits.images[60:260]).argmax(1) == digits.labels[60:260]
    assert right.mean() > 0.3

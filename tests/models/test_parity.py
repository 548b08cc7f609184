"""One architecture in three libraries: 784-392-196-10, with as many parameters in each."""

import numpy as np

from stages.core.params import read_block
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_family
from stages.reporting.params import ReportParams

COUNT = (784 + 1) * 392 + (392 + 1) * 196 + (196 + 1) * 10


def test_all_have_the_same_number_of_parameters(digits):
    assert COUNT == 386_718
    names = read_block(ReportParams, "report").parity
    few = digits.take(np.arange(30))
    for name in names:
        family = open_family(name, classes=10)
        short = {"epochs": 1, "iterations": 1}
        known = {key: 1 for key in short if key in type(family.params).model_fields}
        family = family._replace(params=family.params.model_copy(update=known))
        log = EpochLog(name)
        model = family.fit(few, few, log)
        assert family.framework.parameters(model) == COUNT, name
    assert len(names) == 3

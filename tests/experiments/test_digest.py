from stages.experiments.digest import digest


def test_a_digest_hangs_on_every_part_and_not_on_the_order_of_keys():
    assert digest({"a": 1, "b": 2}, 3) == digest({"b": 2, "a": 1}, 3)
    assert len({digest(1), digest(2), digest({"a": 1}), digest({"a": 2}), digest(1, 2)}) == 5

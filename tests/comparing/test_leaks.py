from stages.comparing.leaks import leaks


def test_what_parts_share_is_counted_and_explained():
    shared = {"train_validation": 0, "train_test": 1234, "validation_test": 0}
    shared |= {"train_unlabelled": 7, "test_unlabelled": 9}
    first, second, third = leaks({"shared": shared, "near": {"train_test": 50}})
    assert first.startswith("1,234 test rows occur among the training rows")
    assert second.startswith("7 rows without a label occur among the training rows")
    assert third.startswith("50 test rows occur among the training rows")
    assert third.endswith("(equal but for some pixels)")


def test_where_nothing_is_shared_nothing_is_told():
    assert leaks({"shared": {"train_test": 0, "test_unlabelled": 9}, "near": {}}) == []

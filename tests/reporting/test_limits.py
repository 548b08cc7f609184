from stages.reporting.limits import luck, passed_over, sight


def test_what_the_test_cannot_see():
    assert sight(26, 10_000) == (
        "It can tell two apart only if one is right on at least 14 images (0.14 %) more than the "
        "other."
    )
    assert sight(5, 5) == "It cannot tell any two apart: for that 9 images are needed, here are 5."


def test_what_the_choice_may_have_passed_over():
    # Of 26 families, 325 pairs: 14 images that one alone has right are significant, 13 are not.
    assert 2 * 0.5**13 > 0.05 / 325 > 2 * 0.5**14
    assert "better by less than 5.83 % may have been" in passed_over(26, 240)
    assert "less than 100.00 %" in passed_over(26, 5)


def test_by_what_families_with_several_seeds_are_ranked():
    assert "ranked by the mean of their validation accuracies" in luck(True)
    assert "ranked by the first fit; all else" in luck(False)

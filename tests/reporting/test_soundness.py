import numpy as np
import pandas as pd
import pytest

from stages.reporting.soundness import believable, fragile, sturdy, thresholds


def damaged(clean, blur, shift):
    return pd.DataFrame(
        {
            "corruption": ["none", "blur", "blur", "shift"],
            "strength": [0, 1, 2, 3],
            "accuracy": [clean, 0.9, blur, shift],
            "digits": 2000,
        }
    )


@pytest.mark.parametrize(
    ("blur", "shift", "told"),
    [
        (
            0.5,
            0.4,
            "Shift hurts a most: 99.0 % of the 2,000 images of the sample are right as they ",
        ),
        (0.41, 0.4, "Blur and shift hurt a most: 99.0 % of "),
    ],
)
def test_what_hurts_the_leader_most_at_its_strongest(blur, shift, told):
    leaders = damaged(0.99, blur, shift)
    dot = pd.DataFrame({"corruption": ["dot"], "strength": 1, "accuracy": 0.9, "digits": 2000})
    found = fragile({"a": pd.concat([leaders, dot]), "b": damaged(0.9, 0.1, 0.1)}, "a")
    assert found.startswith(told)
    assert f"are, 40.0 % at {'its' if 'Shift' in found else 'their'} strongest." in found


def test_who_stands_damage_best_and_who_has_no_more_than_half_right():
    a, b, c = damaged(1, 0.8, 0.7), damaged(1, 0.6, 0.3), damaged(1, 0, 0)
    told = sturdy({"a": a, "b": b, "c": c})
    assert told.startswith("a stands the corruptions best: 80.0 % of the images")
    assert told.endswith("in the mean over all of them; for c it is half of them or fewer.")
    told = sturdy({"c": c, "d": damaged(1, 0.1, 0.1)})
    assert told.endswith("right in the mean over all of them.")
    near = damaged(1, 0.8, 0.69)
    assert sturdy({"c": c, "n": near, "a": a}).startswith("a and n stand the corruptions best: 80")


def test_nothing_is_said_where_the_images_tell_none_from_another():
    alike = damaged(1, 0.81, 0.8)
    assert fragile({"a": alike}, "a") == ""
    assert sturdy({"a": alike, "b": alike}) == ""


def test_nothing_is_said_of_what_was_not_tried():
    clean = {"a": damaged(1, 1, 1)[:1]}
    assert fragile(clean, "a") == sturdy(clean) == ""


def bins(off):
    """1,000 answers, half of them with 0.7, half with 0.9, of which so many more are wrong."""
    said = np.array([0.7, 0.9])
    return pd.DataFrame({"confidence": said, "accuracy": said - off, "count": 500})


def test_probabilities_are_right_as_far_as_chance_allows():
    found = {"a": bins(0.01), "b": bins(0.2), "c": bins(0)[:0], "d": bins(0.5)}
    told = believable(found, {"a", "b", "c"})
    start = "The probabilities of a are right, as far as the images can tell; those of b are off by"
    assert told.startswith(f"{start} 0.2000 in the mean, where chance alone gives less than 0.0")
    assert believable({"a": bins(0.01)}, {"a"}).endswith("as far as the images can tell.")
    assert believable({"b": bins(0.2)}, {"b"}).startswith("The probabilities of b are off")
    assert believable({"c": bins(0)[:0]}, {"c"}) == ""


def test_a_threshold_names_the_precision_that_it_is_to_reach():
    told = thresholds("5", 0.995, 10_000)
    assert "precision on the 10,000 validation images" in told
    assert "at least 99.5 % on other images" in told

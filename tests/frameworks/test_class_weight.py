"""What each framework makes of `class_weight`, on digits of which nearly all are of one class."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.multiclass import OneVsOneClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from stages.core.errors import UserError
from stages.core.params import read_families
from stages.fitting.augment import affine, enlarged
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_block

FAMILIES = read_families()


def of_each_class(digits, rows):
    """So many rows of each class, in turn from the start where there are fewer."""
    places = [np.resize(np.flatnonzero(digits.labels == label), n) for label, n in enumerate(rows)]
    return digits.take(np.concatenate(places))


@pytest.fixture(scope="module")
def uneven(digits):
    """1,500 rows of threes and 12 of each other digit, moved about; and 897 rows to be asked of."""
    rows = of_each_class(digits.take(np.arange(900)), [1500 if n == 3 else 12 for n in range(10)])
    moved = affine(rows.images, np.random.default_rng(0))
    return rows._replace(images=moved), digits.take(np.arange(900, 1797))


def fitted(name, rows, build=None, **fit):
    """The family, fitted with other params where its framework has them, and its log."""
    block, log = FAMILIES[name], EpochLog(name)
    changes = {"build": block.build | (build or {}), "fit": block.fit | fit}
    family = open_block(name, block.model_copy(update=changes), classes=10)
    return family, family.fit(*rows, log), log


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("logistic", {}),
        ("decision_tree", {}),
        ("mlp_64", {"epochs": 3, "min_steps": 1}),
        ("keras_simple", {"epochs": 3, "min_steps": 1}),
    ],
)
def test_balanced_weights_raise_balanced_accuracy(name, fit, uneven):
    found = {}
    for kind in ("none", "balanced"):
        family, model, _ = fitted(name, uneven, class_weight=kind, **fit)
        answers = family.score(model, uneven[1].images).argmax(axis=1)
        found[kind] = balanced_accuracy_score(uneven[1].labels, answers)
    assert found["balanced"] > found["none"] + 0.05


def sgd():
    one = SGDClassifier(
        alpha=0.001,
        learning_rate="adaptive",
        eta0=0.001,
        max_iter=200,
        class_weight="balanced",
        random_state=0,
    )
    return make_pipeline(StandardScaler(), OneVsOneClassifier(one))


BALANCED = {"class_weight": "balanced"}
LOGISTIC = LogisticRegression(C=0.1, max_iter=1000, **BALANCED)
TREE = DecisionTreeClassifier(criterion="entropy", random_state=0, **BALANCED)


@pytest.mark.parametrize(
    ("name", "build", "augment", "own"),
    [
        ("logistic", {"transform": "none"}, "none", LOGISTIC),
        ("decision_tree", {}, "none", TREE),
        ("decision_tree", {}, "shift4", TREE),
        ("svm", {"components": None, "C": 0.1}, "none", SVC(C=0.1, gamma=0.03, **BALANCED)),
        ("sgd", {"multiclass": "one_vs_one"}, "none", sgd()),
    ],
)
def test_scikit_learns_own_weights_give_the_same_answers(name, build, augment, own, uneven):
    few, asked = uneven[0].take(np.arange(0, 1608, 3)), uneven[1]
    family, model, _ = fitted(name, (few, asked), build, augment=augment, **BALANCED)
    rows = enlarged(few, augment, seed=0)
    own.fit(pixels(rows.images), rows.labels)
    answers = family.score(model, asked.images).argmax(axis=1)
    assert (answers == own.predict(pixels(asked.images))).mean() > 0.99


def pixels(images):
    return images.reshape(len(images), -1) / np.float32(255)


@pytest.mark.parametrize("name", ["mlp_64", "keras_parity"])
def test_balanced_weights_are_as_if_the_rows_of_small_classes_came_more_often(name, digits):
    few = of_each_class(digits, [10] * 9 + [30])
    even = few.take(np.concatenate([np.tile(np.arange(90), 3), np.arange(90, 120)]))
    fit = {"epochs": 4, "min_steps": 1, "batch_size": 1000}  # one step an epoch, over all rows
    found = []
    for rows, kind in ((few, "balanced"), (even, "none")):
        family, model, _ = fitted(name, (rows, digits), class_weight=kind, **fit)
        found.append(family.score(model, digits.images))
    np.testing.assert_allclose(*found, atol=1e-3)


@pytest.mark.parametrize("name", ["mlp_64", "keras_parity"])
def test_the_losses_that_are_told_have_no_weights(name, uneven):
    fit = {"epochs": 1, "min_steps": 1, "batch_size": 10_000}
    logs = [fitted(name, uneven, class_weight=kind, **fit)[2] for kind in ("none", "balanced")]
    plain, weighted = (log.curve[0]["loss"] for log in logs)
    assert plain == pytest.approx(weighted, abs=2e-6)


@pytest.mark.parametrize("name", ["knn", "dummy", "spark_mlp"])
def test_a_model_that_cannot_weigh_says_so_in_one_line(name, uneven):
    with pytest.raises(UserError) as error:
        fitted(name, uneven, **BALANCED)
    told = str(error.value)
    assert told.startswith(f"params.yaml: families.{name}.fit.class_weight: got 'balanced', ")
    assert "boosting" in told
    assert "\n" not in told


def test_what_a_class_may_weigh_is_checked():
    for name in ("logistic", "mlp_64", "keras_simple", "spark_mlp"):
        block = FAMILIES[name]
        wrong = block.model_copy(update={"fit": block.fit | {"class_weight": "even"}})
        with pytest.raises(UserError, match=r"fit.class_weight: got 'even'; .*'balanced'"):
            open_block(name, wrong, classes=10)

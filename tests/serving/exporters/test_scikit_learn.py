import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from stages.core.errors import UserError
from stages.fitting.epochs import EpochLog
from stages.fitting.family import open_block
from stages.models.boosting import halve
from stages.serving.exporters.scikit_learn import halved, to_onnx
from stages.serving.exporters.trees import below
from stages.serving.onnx_graph import Graph
from tests.serving.conftest import FAMILIES, agrees, asked

VOTES = 0.01  # of the digits a vote or a neighbour may hang on the last bit
CASES = [
    ("boosting", {"rounds": 10}),
    ("decision_tree", {}),
    ("decision_tree", {"min_samples_leaf": 7}),
    ("dummy", {}),
    ("knn", {}),
    ("knn", {"components": None}),
    ("knn", {"weights": "uniform"}),
    ("logistic", {}),
    ("logistic", {"transform": "standardise"}),
    ("logistic", {"transform": "none"}),
    ("random_forest", {"n_estimators": 20}),
    ("random_forest", {"n_estimators": 20, "max_depth": 5, "bootstrap": True}),
    ("sgd", {}),
    ("sgd", {"scale": False}),
    ("sgd", {"loss": "log_loss"}),
    ("sgd", {"loss": "modified_huber"}),
    ("sgd", {"multiclass": "one_vs_one"}),
    ("svm", {}),
    ("svm", {"components": None}),
]


def fitted(name, build, rows):
    """The family without straightening, fitted on 500 digits."""
    block = FAMILIES[name]
    changed = block.model_copy(update={"straighten": [], "build": block.build | build})
    family = open_block(name, changed, classes=10)
    few, others = rows.take(np.arange(500)), rows.take(np.arange(500, 600))
    return family, family.fit(few, others, EpochLog(name))


@pytest.mark.parametrize(("name", "build"), CASES)
def test_an_estimator_answers_as_before(name, build, digits):
    family, model = fitted(name, build, digits)
    images = digits.images[500:900]
    decides = name == "svm" or (name == "sgd" and "loss" not in build)
    votes = name in ("knn", "svm") or "multiclass" in build
    output, most = "scores" if decides else "probabilities", VOTES if votes else 0
    agrees(to_onnx(model), images, family.score(model, images), output, most)


def test_a_training_row_is_its_own_nearest_neighbour(digits):
    images = digits.images[:100]
    pixels = images.reshape(100, -1) / np.float32(255)
    model = KNeighborsClassifier(3, weights="distance").fit(pixels, digits.labels[:100])
    agrees(to_onnx(model), images, model.predict_proba(pixels))


def test_pixels_are_halved_to_the_last_bit():
    graph = Graph()
    pixels = graph.add("Div", graph.floats([-1, 784]), np.float32(255))
    model = graph.model(halved(graph, pixels), "scores", 196)
    images = np.random.default_rng(0).integers(0, 256, (300, 28, 28), dtype=np.uint8)
    found, _ = asked(model, images)
    np.testing.assert_array_equal(found, halve(images.reshape(300, -1) / np.float32(255)))


def test_a_pixel_falls_on_the_same_side_of_a_threshold_in_float32():
    pixels = np.arange(256, dtype=np.float32) / np.float32(255)
    near = np.concatenate([pixels.astype(np.float64) + gap for gap in (-1e-12, 0, 1e-12, 0.003)])
    rounded = below(near)
    assert rounded.dtype == np.float32
    exact = pixels[:, None].astype(np.float64) <= near
    np.testing.assert_array_equal(pixels[:, None] <= rounded, exact)


def test_a_digit_that_no_class_claims_is_shared_by_all(digits):
    family, model = fitted("sgd", {"loss": "modified_huber"}, digits)
    model[-1].intercept_ -= 1000
    images = digits.images[:20]
    scores = family.score(model, images)
    assert (scores == np.float32(0.1)).all()
    agrees(to_onnx(model), images, scores)


def test_what_has_no_converter_is_said(digits):
    pixels, labels = digits.images[:100].reshape(100, -1), digits.labels[:100]
    bayes = GaussianNB().fit(pixels, labels)
    with pytest.raises(UserError, match="no ONNX converter for scikit-learn's GaussianNB"):
        to_onnx(bayes)
    with pytest.raises(UserError, match="no ONNX converter for the function log1p"):
        to_onnx(make_pipeline(FunctionTransformer(np.log1p), bayes).fit(pixels, labels))
    two = GaussianNB().fit(pixels[labels < 2], labels[labels < 2])
    with pytest.raises(UserError, match="no ONNX converter for 2 classes: .* from 3 on"):
        to_onnx(two)

"""scikit-learn's classifiers as ONNX, all but trees; each from `x` (n, features) to its scores."""

import numpy as np
from onnx import TensorProto
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.multiclass import OneVsOneClassifier
from sklearn.neighbors import KNeighborsClassifier

from stages.core.errors import UserError
from stages.models.svm import GaussianSVC
from stages.serving.onnx_graph import Graph


def dummy(graph: Graph, x: str, model: DummyClassifier) -> str:
    """The same probabilities for every digit."""
    if model.strategy != "most_frequent":
        raise UserError(f"there is no ONNX converter for the dummy strategy {model.strategy!r}")
    answer = np.eye(len(model.classes_))[model.class_prior_.argmax()]
    return graph.add("Gemm", x, np.zeros((model.n_features_in_, len(answer))), answer)


def logistic(graph: Graph, x: str, model: LogisticRegression) -> str:
    """Probabilities of the multinomial model."""
    return graph.add("Softmax", decisions(graph, x, model))


def linear(graph: Graph, x: str, model: SGDClassifier) -> str:
    """Probabilities where the loss has them, else decisions."""
    found = decisions(graph, x, model)
    if not hasattr(model, "predict_proba"):
        return found
    if model.loss == "log_loss":
        found = graph.add("Sigmoid", found)
    else:  # modified_huber
        clipped = graph.add("Clip", found, np.float32(-1), np.float32(1))
        found = graph.add("Div", graph.add("Add", clipped, np.float32(1)), np.float32(2))
        # A digit that no class claims is shared by all.
        none = graph.add("Equal", total(graph, found), np.float32(0))
        found = graph.add("Where", none, np.float32(1), found)
    return graph.add("Div", found, total(graph, found))


def pairwise(graph: Graph, x: str, model: OneVsOneClassifier) -> str:
    """A class's wins over the others, and less than a half for its margins."""
    weights = np.concatenate([each.coef_ for each in model.estimators_])
    offsets = np.concatenate([each.intercept_ for each in model.estimators_])
    firsts, seconds = np.triu_indices(len(model.classes_), 1)
    one = np.eye(len(model.classes_))
    # An estimator's decision is greater than 0 for the second class of its pair.
    return votes(graph, graph.add("Gemm", x, -weights.T, -offsets), one[firsts] - one[seconds])


def svm(graph: Graph, x: str, model: GaussianSVC) -> str:
    """Votes like those of `pairwise`, from a Gaussian kernel's values."""
    weights, pairs = model._pairwise_weights()
    apart = squares(graph, x, model.support_vectors_)
    kernel = graph.add("Exp", graph.add("Mul", apart, np.float32(-model.gamma)))
    return votes(graph, graph.add("Gemm", kernel, weights, model.intercept_), pairs)


def neighbours(graph: Graph, x: str, model: KNeighborsClassifier) -> str:
    """The classes' shares among the nearest training rows, by `weights`."""
    if (model.metric, model.p) != ("minkowski", 2) or callable(model.weights):
        raise UserError("there is no ONNX converter for neighbours but by Euclidean distance")
    rows, classes = model._fit_X, np.eye(len(model.classes_), dtype=np.float32)[model._y]
    nearest = graph.least(squares(graph, x, rows), model.n_neighbors)
    near = graph.add("Gather", classes, nearest)
    if model.weights == "uniform":
        return graph.add("ReduceMean", near, [1], keepdims=0)
    # The differences are taken anew: those of squares would hide that two rows are the same.
    apart = graph.add("Sub", graph.add("Gather", rows, nearest), graph.add("Unsqueeze", x, [1]))
    distance = graph.add("ReduceL2", apart, [2], keepdims=1)
    weight = graph.add("Reciprocal", graph.add("Max", distance, np.float32(1e-6)))
    found = graph.add("ReduceSum", graph.add("Mul", near, weight), [1], keepdims=0)
    return graph.add("Div", found, total(graph, found))


def decisions(graph: Graph, x: str, model: LogisticRegression | SGDClassifier) -> str:
    return graph.add("Gemm", x, model.coef_.T, model.intercept_)


def total(graph: Graph, x: str) -> str:
    """The sums (n, 1) of rows."""
    return graph.add("ReduceSum", x, [1], keepdims=1)


def squares(graph: Graph, x: str, rows: np.ndarray) -> str:
    """Squared distances (n, rows) between every row of `x` and every one of `rows`."""
    rows = rows.astype(np.float64)
    own = graph.add("ReduceSumSquare", x, [1], keepdims=1)
    crossed = graph.add("Gemm", x, -2 * rows.T, (rows**2).sum(axis=1))
    return graph.add("Relu", graph.add("Add", crossed, own))  # rounding may fall below 0


def votes(graph: Graph, margins: str, pairs: np.ndarray) -> str:
    """Scores (n, classes) from margins (n, pairs): 0 or more is a win of the pair's first class.

    `pairs` (pairs, classes) has 1 at the first class of a pair and -1 at the second.
    """
    won = graph.add("GreaterOrEqual", margins, np.float32(0))
    won = graph.add("Cast", won, to=TensorProto.FLOAT)
    # The second class starts with the win, which the first takes from it.
    wins = graph.add("Gemm", won, pairs, (pairs < 0).sum(axis=0).astype(np.float32))
    sums = graph.add("MatMul", margins, pairs)
    scale = graph.add("Add", graph.add("Abs", sums), np.float32(1))
    share = graph.add("Div", sums, graph.add("Mul", scale, np.float32(3)))
    return graph.add("Add", wins, share)

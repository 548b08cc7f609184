"""scikit-learn's pipelines as ONNX: what stands before the classifier, then the classifier."""

from collections.abc import Callable

import numpy as np
from onnx import ModelProto
from sklearn.base import BaseEstimator
from sklearn.decomposition import PCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.multiclass import OneVsOneClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from stages.core.errors import UserError
from stages.core.rows import SIDE
from stages.models.boosting import halve
from stages.models.knn import Neighbours
from stages.models.svm import GaussianSVC
from stages.serving.exporters.classifiers import dummy, linear, logistic, neighbours, pairwise, svm
from stages.serving.exporters.trees import boosting, forest, tree
from stages.serving.onnx_graph import PROBABILITIES, SCORES, Graph


def to_onnx(model: BaseEstimator) -> ModelProto:
    """The estimator for (n, 784) pixels of 0..1, from `images` to its scores and `label`.

    The scores are `probabilities` where the estimator has them, else its decisions, `scores`.
    """
    if len(model.classes_) < 3:
        raise UserError(
            f"there is no ONNX converter for {len(model.classes_)} classes: "
            f"scikit_learn models are converted from 3 on"
        )
    graph = Graph()
    x = graph.add("Div", graph.floats([-1, SIDE * SIDE]), np.float32(255))
    *before, last = [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]
    for step in before:
        x = converted(graph, x, step)
    name = PROBABILITIES if hasattr(model, "predict_proba") else SCORES
    return graph.model(converted(graph, x, last), name, len(model.classes_))


def converted(graph: Graph, x: str, step: BaseEstimator | str) -> str:
    """The name of what the step makes of `x`."""
    if step == "passthrough":
        return x
    if type(step) not in STEPS:
        raise UserError(f"there is no ONNX converter for scikit-learn's {type(step).__name__}")
    return STEPS[type(step)](graph, x, step)


def function(graph: Graph, x: str, step: FunctionTransformer) -> str:
    if step.func not in FUNCTIONS:
        raise UserError(f"there is no ONNX converter for the function {step.func.__name__}")
    return FUNCTIONS[step.func](graph, x)


def halved(graph: Graph, x: str) -> str:
    """As `halve`, summed in its order: a mean at a threshold falls on the same side of it."""
    blocks = graph.add("Reshape", x, [-1, SIDE // 2, 2, SIDE // 2, 2])
    sums = graph.add("ReduceSum", graph.add("ReduceSum", blocks, [4]), [2], keepdims=0)
    return graph.add("Reshape", graph.add("Div", sums, np.float32(4)), [-1, (SIDE // 2) ** 2])


def scaler(graph: Graph, x: str, step: StandardScaler) -> str:
    return graph.add("Div", graph.add("Sub", x, step.mean_), step.scale_)


def pca(graph: Graph, x: str, step: PCA) -> str:
    if step.whiten:
        raise UserError("there is no ONNX converter for a PCA that whitens")
    axes = step.components_.T
    return graph.add("Gemm", x, axes, -step.mean_ @ axes)


FUNCTIONS: dict[Callable, Callable[[Graph, str], str]] = {
    np.sqrt: lambda graph, x: graph.add("Sqrt", x),
    halve: halved,
}
STEPS: dict[type, Callable[[Graph, str, BaseEstimator], str]] = {
    FunctionTransformer: function,
    PCA: pca,
    StandardScaler: scaler,
    DecisionTreeClassifier: tree,
    DummyClassifier: dummy,
    GaussianSVC: svm,
    HistGradientBoostingClassifier: boosting,
    KNeighborsClassifier: neighbours,
    LogisticRegression: logistic,
    Neighbours: neighbours,
    OneVsOneClassifier: pairwise,
    RandomForestClassifier: forest,
    SGDClassifier: linear,
}

"""scikit-learn's trees as ONNX: one `TreeEnsembleRegressor` whose targets are the classes."""

from typing import NamedTuple

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from stages.serving.onnx_graph import Graph


class Tree(NamedTuple):
    """By node (nodes,): the `left` one is next where `feature` is at most `threshold`.

    `values` (nodes, classes) are what a row's `leaf` adds to its scores.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    leaf: np.ndarray
    values: np.ndarray


def tree(graph: Graph, x: str, model: DecisionTreeClassifier) -> str:
    """The classes' shares in the leaf."""
    return ensemble(graph, x, [grown(model)])


def forest(graph: Graph, x: str, model: RandomForestClassifier) -> str:
    """The mean of the trees' shares."""
    sums = ensemble(graph, x, [grown(each) for each in model.estimators_])
    return graph.add("Div", sums, np.float32(len(model.estimators_)))


def boosting(graph: Graph, x: str, model: HistGradientBoostingClassifier) -> str:
    """Probabilities from the sums of all trees, one for each class and round."""
    trees = []
    for grown_at_once in model._predictors:
        for number, predictor in enumerate(grown_at_once):
            nodes = predictor.nodes
            values = np.zeros((len(nodes), len(model.classes_)))
            values[:, number] = nodes["value"]
            names = ("feature_idx", "num_threshold", "left", "right", "is_leaf")
            trees.append(Tree(*(nodes[name] for name in names), values))
    sums = graph.add("Add", ensemble(graph, x, trees), model._baseline_prediction)
    return graph.add("Softmax", sums)


def grown(model: DecisionTreeClassifier) -> Tree:
    own = model.tree_
    values = own.value[:, 0] / own.value[:, 0].sum(axis=1, keepdims=True)
    left, right = own.children_left, own.children_right
    return Tree(own.feature, own.threshold, left, right, left < 0, values)


def ensemble(graph: Graph, x: str, trees: list[Tree]) -> str:
    """The sums (n, classes) of the values of the leaves that each row reaches."""
    sizes = [len(each.leaf) for each in trees]
    treeid = np.repeat(np.arange(len(trees)), sizes)
    number = np.concatenate([np.arange(size) for size in sizes])
    joined = Tree(*(np.concatenate(part) for part in zip(*trees, strict=True)))
    inner = ~joined.leaf.astype(bool)
    where, target = np.nonzero(np.where(inner[:, None], 0, joined.values))
    return graph.add(
        "TreeEnsembleRegressor",
        x,
        domain="ai.onnx.ml",
        n_targets=joined.values.shape[1],
        nodes_treeids=treeid.tolist(),
        nodes_nodeids=number.tolist(),
        nodes_modes=np.where(inner, "BRANCH_LEQ", "LEAF").tolist(),
        nodes_featureids=np.where(inner, joined.feature, 0).tolist(),
        nodes_values=np.where(inner, below(joined.threshold), 0).tolist(),
        nodes_truenodeids=np.where(inner, joined.left, 0).tolist(),
        nodes_falsenodeids=np.where(inner, joined.right, 0).tolist(),
        target_treeids=treeid[where].tolist(),
        target_nodeids=number[where].tolist(),
        target_ids=target.tolist(),
        target_weights=joined.values[where, target].tolist(),
    )


def below(thresholds: np.ndarray) -> np.ndarray:
    """The greatest float32 that is not above: a float32 pixel then falls on the same side."""
    rounded = thresholds.astype(np.float32)
    return np.where(rounded > thresholds, np.nextafter(rounded, np.float32(-np.inf)), rounded)

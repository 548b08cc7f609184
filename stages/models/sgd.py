"""Linear classifiers fitted by stochastic gradient descent, one against all or one against one."""

from typing import Literal

from sklearn.linear_model import SGDClassifier
from sklearn.multiclass import OneVsOneClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from stages.core.params import Count, Positive


def build(
    classes: int,
    *,
    loss: Literal["hinge", "log_loss", "modified_huber", "squared_hinge"],
    alpha: Positive,
    learning_rate: Positive,
    max_iter: Count,
    scale: bool,
    multiclass: Literal["one_vs_rest", "one_vs_one"],
) -> Pipeline:
    """The unfitted pipeline for (n, 784) pixels of 0..1.

    `alpha` is the weight of the L2 penalty; `learning_rate` falls to a fifth whenever the loss has
    stopped falling; `scale` standardises each pixel first.
    """
    classifier = SGDClassifier(loss=loss, alpha=alpha, eta0=learning_rate, max_iter=max_iter)
    classifier.set_params(learning_rate="adaptive", n_jobs=1)
    if multiclass == "one_vs_one":
        classifier = OneVsOneClassifier(classifier, n_jobs=1)
    return make_pipeline(StandardScaler() if scale else "passthrough", classifier)

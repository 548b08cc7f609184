"""Spark's multilayer perceptron: sigmoid hidden layers, softmax output."""

from typing import Annotated

from pydantic import Field
from pyspark.ml.classification import MultilayerPerceptronClassifier

Units = Annotated[int, Field(ge=1)]


def build(classes: int, *, hidden: list[Units]) -> MultilayerPerceptronClassifier:
    """The unfitted classifier for 784 pixels of 0..1; `hidden` lists the units of each layer."""
    return MultilayerPerceptronClassifier(layers=[784, *hidden, classes])

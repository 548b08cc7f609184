"""Spark's multilayer perceptron: sigmoid hidden layers, softmax output."""

from pyspark.ml.classification import MultilayerPerceptronClassifier

from stages.core.params import Width


def build(classes: int, *, hidden: list[Width]) -> MultilayerPerceptronClassifier:
    """The unfitted classifier for 784 pixels of 0..1; `hidden` lists the units of each layer."""
    return MultilayerPerceptronClassifier(layers=[784, *hidden, classes])

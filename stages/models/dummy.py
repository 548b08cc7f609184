"""The baseline that any family must beat: it always says the most frequent training class."""

from sklearn.dummy import DummyClassifier


def build(classes: int) -> DummyClassifier:
    """The unfitted classifier."""
    return DummyClassifier(strategy="most_frequent")

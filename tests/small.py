"""What the temporary clone runs, small enough for a test."""

# Some of each framework; what all families promise is tested in tests/frameworks.
FAMILIES = ["logistic", "dummy", "random_forest", "knn", "svm", "keras_simple", "lenet5", "mlp_64"]
FAMILIES += ["spark_mlp"]
MEMBERS = ["random_forest", "keras_simple", "lenet5", "mlp_64"]
NO_MIRROR = {"MNIST_MIRROR": ""}

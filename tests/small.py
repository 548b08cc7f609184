"""What the temporary clone runs, small enough for a test."""

# Some of each framework; what all families promise is tested in tests/frameworks.
FAMILIES = ["logistic", "dummy", "random_forest", "svm", "keras_simple", "lenet5", "mlp_64"]
FAMILIES += ["spark_mlp"]
MEMBERS = ["random_forest", "keras_simple", "lenet5", "mlp_64"]
REPORT = {"parity": ["mlp_64"], "one_vs_rest": {"label": "5", "families": ["svm", "random_forest"]}}
NO_MIRROR = {"MNIST_MIRROR": ""}

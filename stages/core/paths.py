"""Where the stages leave their files, relative to the project's root."""

from pathlib import Path

RAW = Path("data/raw")
PARTIAL = Path("data/partial")  # cut downloads, kept for resuming; no stage's output
PROCESSED = Path("data/processed")
SPLIT = Path("data/split")
FITTING = SPLIT / "fitting"  # all rows that a fit may see
TRAIN, VALIDATION, TEST = FITTING / "train", FITTING / "validation", SPLIT / "test"
PROBES = Path("data/probes")
MODELS = Path("data/models")
FINAL = MODELS / "final"
FITS = Path("data/fits")  # by family: what a fit tells of itself, its learning curve, its costs
EVALUATIONS = Path("data/evaluations")  # by family: its scores, and all that is drawn from them
CHOSEN = Path("data/chosen")  # the families by name, the best of them, the ensemble's members
ENSEMBLE = Path("data/ensemble")  # as a family's evaluation
SUBMISSION = Path("data/submission")

DATASET = Path("metrics/dataset.json")  # how many rows each part has
METRICS = Path("metrics")  # by family, and the ensemble's: what `dvc metrics` shows
LEADERBOARD = Path("metrics/leaderboard.csv")
EXPLORED = Path("plots/explore")
COMPARED = Path("plots/compare")
MEMBERS_CURVE = Path("plots/ensemble.csv")
REPORTED = Path("plots/report")

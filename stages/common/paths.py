"""Where the stages leave their files, relative to the project's root."""

from pathlib import Path

RAW = Path("data/raw")
PARTIAL = Path("data/partial")  # cut downloads, kept for resuming; no stage's output
PROCESSED = Path("data/processed")
TRAIN = Path("data/split/train")
VALIDATION = Path("data/split/validation")
TEST = Path("data/split/test")
DATASET = Path("data/split/dataset.json")
MODELS = Path("data/models")
ENVIRONMENT = Path("data/environment")
LIVE = Path("data/live")  # DVCLive's view of a running fit; no stage's output
PREDICTIONS = Path("data/predictions")
FITS = Path("data/fits")  # what a fit tells of itself: its number of parameters, its warnings
CHOSEN = Path("data/chosen")  # final.json, and the members' predictions
FINAL = MODELS / "final"
JOINED = Path("data/ensemble")  # its scores
SUBMISSION = Path("data/submission")
PLANS = Path("data/plans")

ROWS = Path("metrics/dataset.json")
SCORES = Path("metrics/scores")
COSTS = Path("metrics/costs")
SPEED = Path("metrics/speed")
ENSEMBLE = Path("metrics/ensemble.json")
REFIT = Path("metrics/final.json")
EXPLORATION = Path("metrics/exploration.json")
AGREEMENT = Path("metrics/agreement.json")
LEADER = Path("metrics/leader.csv")
MISSED_ROWS = Path("metrics/missed_digits.csv")
HARD_DIGITS = Path("metrics/hard_digits.csv")

PLOTS = Path("plots")
EXPLORED = Path("plots/explore")
EPOCHS = Path("plots/epochs")
MEMBERS_CURVE = Path("plots/ensemble.csv")
MISSED = Path("plots/missed.csv")

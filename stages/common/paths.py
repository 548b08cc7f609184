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
PLANS = Path("data/plans")

ROWS = Path("metrics/dataset.json")
SCORES = Path("metrics/scores")
COSTS = Path("metrics/costs")
ENSEMBLE = Path("metrics/ensemble.json")
REFIT = Path("metrics/final.json")

EPOCHS = Path("plots/epochs")
CONFUSION = Path("plots/confusion")
MEMBERS_CURVE = Path("plots/ensemble.csv")

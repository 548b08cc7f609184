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

ROWS = Path("metrics/dataset.json")
SCORES = Path("metrics/scores")
COSTS = Path("metrics/costs")

EPOCHS = Path("plots/epochs")
CONFUSION = Path("plots/confusion")

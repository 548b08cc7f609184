"""PyTorch: one training loop for every module, on CPU or CUDA (saved with safetensors)."""

import math
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import torch
import torch.utils.deterministic
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from stages.core.errors import UserError
from stages.core.params import Count, Fraction, NotNegative, Positive, Schema
from stages.core.rows import Rows
from stages.core.scores import loss_and_accuracy
from stages.fitting.augment import Augment, enlarged, one_epoch
from stages.fitting.epochs import MIN_STEPS, EpochLog, repeated
from stages.fitting.machine import describe, device, threads
from stages.fitting.weights import ClassWeight, class_weights

PACKAGES = {"torch": "2.13.0", "numpy": "2.4.6", "safetensors": "0.8.0"}
FILE = "model.safetensors"
SCORE_BATCH = 250  # a larger one falls out of the processor's cache

Build = Callable[[], nn.Module]


class Fit(Schema):
    """AdamW under a one-cycle schedule that peaks at `learning_rate` and falls as `anneal` says.

    `min_steps`: an epoch goes over few rows several times, for so many steps in all.
    `average`: the decay, per step, that an exponential average of the weights comes to, which is
    then what is kept. `members`: how many networks, alike but for their seeds, are fitted and
    scored as one. `class_weight` is for the loss of each step: the losses that are told count every
    row alike, and so compare with those of other fits.
    """

    epochs: Count
    min_steps: Count = MIN_STEPS
    batch_size: Count
    learning_rate: Positive
    weight_decay: NotNegative
    precision: Literal["float32", "bfloat16"] = "float32"
    augment: Augment
    anneal: Literal["cos", "linear"] = "cos"
    average: Fraction | None = None
    members: Count = 1
    class_weight: ClassWeight = "none"


class Committee(nn.Module):
    """Networks that answer as one: the logarithm of their mean probability for each class."""

    def __init__(self, members: list[nn.Module]):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, images: Tensor) -> Tensor:
        """The logits (n, classes)."""
        logs = torch.stack([member(images).log_softmax(1) for member in self.members])
        return logs.logsumexp(0) - math.log(len(self.members))


def fit(
    build: Build, train: Rows, validation: Rows, params: Fit, seed: int, log: EpochLog
) -> nn.Module:
    """The fitted module, in evaluation mode; the same seed on the same machine gives the same."""
    place = _prepare()
    train = enlarged(train, params.augment, seed)
    train = repeated(train, params.epochs, params.batch_size, params.min_steps)
    members = []
    for member in range(params.members):
        torch.manual_seed(seed + member)
        model = build()
        if not isinstance(model, nn.Module):
            raise UserError(f"families.{log.name}.model: no PyTorch module but {type(model)}")
        model.to(place, memory_format=torch.channels_last)
        members.append(_fit_one(model, train, validation, params, seed + member, log))
    return members[0] if params.members == 1 else Committee(members).eval()


def _fit_one(
    model: nn.Module, train: Rows, validation: Rows, params: Fit, seed: int, log: EpochLog
) -> nn.Module:
    """The model, or the average of its weights, after all epochs."""
    place = next(model.parameters()).device
    rng, labels = np.random.default_rng(seed), torch.tensor(train.labels).to(place)
    steps = params.epochs * -(-len(labels) // params.batch_size)
    learn = _Learner(model, params, steps, class_weights(train.labels, params.class_weight))
    for _ in range(params.epochs):
        images = _tensor(one_epoch(train.images, params.augment, rng)).to(place)
        seen = torch.zeros(2, device=place)  # sums of the loss and of the right answers
        for batch in torch.randperm(len(labels)).to(place).split(params.batch_size):
            seen += learn(images[batch], labels[batch])
        loss, accuracy = (seen / len(labels)).tolist()
        scores = score(learn.result, validation.images, params.precision)
        log(train=(loss, accuracy), validation=loss_and_accuracy(scores, validation.labels))
    return learn.result.eval()


class _Learner:
    """Call it with a batch for one step of the optimizer; `result` is what has been learnt."""

    def __init__(self, model: nn.Module, params: Fit, steps: int, weights: np.ndarray | None):
        self.model, self.precision, place = model, params.precision, next(model.parameters()).device
        self.weights = None if weights is None else torch.tensor(weights).to(place)
        self.optimizer = torch.optim.AdamW(
            model.parameters(), params.learning_rate, weight_decay=params.weight_decay, fused=True
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, params.learning_rate, total_steps=steps, anneal_strategy=params.anneal
        )
        self.average, self.result = None, model
        if params.average is not None:
            mean = partial(_follow, params.average)
            self.average = AveragedModel(model, multi_avg_fn=mean, use_buffers=True)
            self.result = self.average.module

    def __call__(self, images: Tensor, labels: Tensor) -> Tensor:
        """The batch's summed loss, unweighted, and number of right answers, before the step."""
        self.model.train()
        with _autocast(images.device, self.precision):
            logits = self.model(images.float())
        told = loss = cross_entropy(logits.float(), labels)
        if self.weights is not None:
            each = cross_entropy(logits.float(), labels, reduction="none")
            loss = (self.weights[labels] * each).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        if self.average:
            self.average.update_parameters(self.model)
        right = (logits.argmax(1) == labels).sum()
        return torch.stack([told.detach() * len(labels), right.float()])


def _follow(most: float, average: list[Tensor], now: list[Tensor], steps: Tensor) -> None:
    """Move the average: closely at first, so that a short fit too forgets where it began."""
    decay = min(most, (1 + int(steps)) / (10 + int(steps)))
    get_ema_multi_avg_fn(decay)(average, now, steps)


def score(model: nn.Module, images: np.ndarray, precision: str = "float32") -> np.ndarray:
    """Probabilities, float32 (n, classes), for uint8 images (n, 28, 28)."""
    model.eval()
    place = next(model.parameters()).device
    with torch.inference_mode(), _autocast(place, precision):
        parts = [
            model(batch.to(place).float()).float().softmax(1).cpu()
            for batch in _tensor(images).split(SCORE_BATCH)
        ]
    return torch.cat(parts).numpy()


def save(model: nn.Module, folder: Path) -> None:
    """Write the weights; the architecture is code."""
    state = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_file(state, folder / FILE)


def load(build: Build, folder: Path) -> nn.Module:
    """Build the architecture and give it the saved weights."""
    place, state = _prepare(), load_file(folder / FILE)
    members = {name.split(".")[1] for name in state if name.startswith("members.")}
    model = Committee([build() for _ in members]) if members else build()
    model.load_state_dict(state)
    return model.to(place, memory_format=torch.channels_last).eval()


def parameters(model: nn.Module) -> int:
    """How many numbers are trained."""
    return sum(each.numel() for each in model.parameters())


def environment() -> dict[str, str]:
    """The machine and the versions that a fit here uses."""
    place = _prepare()
    name = torch.cuda.get_device_name(place) if place.type == "cuda" else "cpu"
    return describe(name, PACKAGES)


def _prepare() -> torch.device:
    wanted, available = device(), torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise UserError("environment variable DEVICE: 'cuda', but PyTorch sees no CUDA GPU here")
    torch.set_num_threads(threads())
    # CUDA's matrix library repeats its sums in the same order only with a fixed workspace.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    # Else every new tensor is filled first: a tenth of the time, for memory that no layer reads.
    torch.utils.deterministic.fill_uninitialized_memory = False
    return torch.device("cuda" if available and wanted != "cpu" else "cpu")


def _autocast(place: torch.device, precision: str) -> torch.autocast:
    return torch.autocast(place.type, torch.bfloat16, enabled=precision == "bfloat16")


def _tensor(images: np.ndarray) -> Tensor:
    """uint8 (n, 28, 28) as a tensor (n, 1, 28, 28)."""
    return torch.tensor(images).unsqueeze(1)

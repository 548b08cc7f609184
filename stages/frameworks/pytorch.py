"""PyTorch: one training loop for every module, on CPU or CUDA (saved with safetensors)."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import torch
from pydantic import Field
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from stages.common.augment import Augment, enlarged, one_epoch
from stages.common.epochs import EpochLog
from stages.common.errors import UserError
from stages.common.machine import describe, device, threads
from stages.common.params import Schema
from stages.common.rows import Rows
from stages.common.scores import loss_and_accuracy

FILE = "model.safetensors"
SCORE_BATCH = 1000


class Fit(Schema):
    """AdamW under a one-cycle schedule that peaks at `learning_rate`."""

    epochs: Annotated[int, Field(ge=1)]
    batch_size: Annotated[int, Field(ge=1)]
    learning_rate: Annotated[float, Field(gt=0)]
    weight_decay: Annotated[float, Field(ge=0)]
    precision: Literal["float32", "bfloat16"]
    augment: Augment


def fit(
    build: Callable[[], nn.Module],
    train: Rows,
    validation: Rows,
    params: Fit,
    seed: int,
    log: EpochLog,
) -> nn.Module:
    """The fitted module, in evaluation mode; the same seed on the same machine gives the same."""
    place = _prepare()
    torch.manual_seed(seed)
    model = build()
    if not isinstance(model, nn.Module):
        raise UserError(f"families.{log.name}.model: no PyTorch module but {type(model)}")
    model.to(place, memory_format=torch.channels_last)
    train = enlarged(train, params.augment, seed)
    rng, labels = np.random.default_rng(seed), torch.tensor(train.labels).to(place)
    steps = -(-len(labels) // params.batch_size)
    optimizer = torch.optim.AdamW(
        model.parameters(), params.learning_rate, weight_decay=params.weight_decay, fused=True
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, params.learning_rate, epochs=params.epochs, steps_per_epoch=steps
    )
    for _ in range(params.epochs):
        images = _tensor(one_epoch(train.images, params.augment, rng)).to(place)
        seen = torch.zeros(2, device=place)  # sums of the loss and of the right answers
        for batch in torch.randperm(len(labels)).to(place).split(params.batch_size):
            seen += _step(model, images[batch], labels[batch], optimizer, params.precision)
            schedule.step()
        loss, accuracy = (seen / len(labels)).tolist()
        scores = score(model, validation.images)
        log(train=(loss, accuracy), validation=loss_and_accuracy(scores, validation.labels))
    return model.eval()


def score(model: nn.Module, images: np.ndarray) -> np.ndarray:
    """Probabilities, float32 (n, classes), for uint8 images (n, 28, 28)."""
    model.eval()
    place = next(model.parameters()).device
    parts = []
    with torch.inference_mode():
        for start in range(0, len(images), SCORE_BATCH):
            batch = _tensor(images[start : start + SCORE_BATCH]).to(place)
            parts.append(model(batch.float()).softmax(1).cpu())
    return torch.cat(parts).numpy()


def save(model: nn.Module, folder: Path) -> None:
    """Write the weights; the architecture is code."""
    state = {name: value.contiguous() for name, value in model.state_dict().items()}
    save_file(state, folder / FILE)


def load(build: Callable[[], nn.Module], folder: Path) -> nn.Module:
    """Build the architecture and give it the saved weights."""
    model = build().to(_prepare(), memory_format=torch.channels_last)
    model.load_state_dict(load_file(folder / FILE))
    return model.eval()


def environment() -> dict[str, str]:
    """The machine and the versions that a fit here uses."""
    place = _prepare()
    name = torch.cuda.get_device_name(place) if place.type == "cuda" else "cpu"
    return describe(name, ["torch", "numpy"])


def _prepare() -> torch.device:
    wanted, available = device(), torch.cuda.is_available()
    if wanted == "cuda" and not available:
        raise UserError("environment variable DEVICE: 'cuda', but PyTorch sees no CUDA GPU here")
    torch.set_num_threads(threads())
    # CUDA's matrix library repeats its sums in the same order only with a fixed workspace.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    return torch.device("cuda" if available and wanted != "cpu" else "cpu")


def _tensor(images: np.ndarray) -> Tensor:
    """uint8 (n, 28, 28) as a tensor (n, 1, 28, 28)."""
    return torch.tensor(images).unsqueeze(1)


def _step(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    optimizer: torch.optim.Optimizer,
    precision: str,
) -> Tensor:
    """One step of the optimizer; returns the batch's summed loss and number of right answers."""
    model.train()
    reduced = precision == "bfloat16"
    with torch.autocast(images.device.type, torch.bfloat16, enabled=reduced):
        logits = model(images.float())
    loss = cross_entropy(logits.float(), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    right = (logits.argmax(1) == labels).sum()
    return torch.stack([loss.detach() * len(labels), right.float()])

import json

import pytest

from stages.core.errors import UserError
from stages.fitting.family import open_family

FIT = {"epochs": 1, "batch_size": 8, "learning_rate": 0.01, "weight_decay": 0.0, "augment": "none"}
LENET = {"framework": "pytorch", "model": "lenet5", "seed": 0, "build": {}, "fit": FIT}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"framework": "torch"}, "framework: unknown framework 'torch'; did you mean pytorch"),
        ({"model": "lenet6"}, "model: unknown model 'lenet6'; .*lenet5"),
        ({"fit": FIT | {"epochs": 0}}, "fit.epochs: got 0; it should be"),
        ({"fit": FIT | {"epochs": 10**30}}, "fit.epochs: got 10+; it should be less than"),
        ({"model": "mlp", "build": {"hidden": [10**9]}}, "build.hidden.0: got 10+; it should be"),
        ({"model": "torch_cnn", "build": {"channels": []}}, "build.channels: got .*at least 1"),
        ({"fit": FIT | {"epoch": 1}}, "fit.epoch: unknown key .* epochs"),
        ({"fit": FIT | {"augment": "flip"}}, "fit.augment: got 'flip'; .*'affine'"),
        ({"fit": {}}, "fit.epochs: is missing"),
        ({"seed": None}, "seed: got None; it should be a valid integer"),
    ],
)
def test_a_mistake_is_one_line_with_key_value_and_what_is_allowed(
    tmp_path, monkeypatch, change, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(json.dumps({"families": {"lenet5": LENET | change}}))
    with pytest.raises(UserError, match=rf"^params.yaml: families.lenet5.{message}") as error:
        open_family("lenet5", classes=10)
    assert "\n" not in str(error.value)

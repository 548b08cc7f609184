import json

import pytest

from stages.core.errors import UserError
from stages.fitting.family import open_family

FIT = {"epochs": 1, "batch_size": 8, "learning_rate": 0.01, "weight_decay": 0.0, "augment": "none"}
LENET = {"framework": "pytorch", "model": "lenet5", "seed": 0, "build": {}, "fit": FIT}


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Opens a family whose block differs from LENET as said."""

    def opened(name="lenet5", **changes):
        monkeypatch.chdir(tmp_path)
        families = {"families": {"lenet5": LENET | changes}}
        (tmp_path / "params.yaml").write_text(json.dumps(families))
        return open_family(name, classes=10)

    return opened


def test_build_makes_the_model_for_the_number_of_classes(opened):
    assert opened().build()[-1].out_features == 10


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "lenet"}, "families: unknown family 'lenet'; did you mean lenet5. .*: lenet5"),
        ({"framework": "torch"}, "lenet5.framework: unknown framework 'torch'; .* mean pytorch"),
        ({"model": "lenet6"}, "families.lenet5.model: unknown model 'lenet6'; .*lenet5"),
        ({"build": {"width": 3}}, "families.lenet5.build.width: unknown key .got 3."),
        ({"fit": FIT | {"epochs": 0}}, "families.lenet5.fit.epochs: got 0; it should be"),
        ({"fit": FIT | {"epoch": 1}}, "families.lenet5.fit.epoch: unknown key .* epochs"),
        ({"fit": FIT | {"augment": "flip"}}, "fit.augment: got 'flip'; .*'affine'"),
        ({"fit": {}}, "families.lenet5.fit.epochs: is missing"),
        ({"seed": None}, "families.lenet5.seed: got None; it should be a valid integer"),
    ],
)
def test_a_mistake_is_one_line_with_key_value_and_what_is_allowed(opened, change, message):
    with pytest.raises(UserError, match=message) as error:
        opened(**change)
    assert "\n" not in str(error.value)

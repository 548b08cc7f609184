import pytest
import torch

from stages.core.errors import UserError
from stages.frameworks.pytorch import Committee, _tensor, score
from stages.serving.exporters.pytorch import to_onnx
from tests.serving.conftest import agrees, architectures, built


class Undecided(torch.nn.Module):
    """What it does depends on the digits, which a fixed graph cannot follow."""

    def forward(self, images):
        return images.flatten(1) if images.sum() > 0 else -images.flatten(1)


@pytest.mark.parametrize("name", [*architectures("pytorch"), "committee"])
def test_a_module_answers_as_before(name, digits):
    torch.manual_seed(0)
    model = Committee([built("mlp_64") for _ in range(3)]) if name == "committee" else built(name)
    # One pass in training mode, so that the normalisations have statistics to be exported.
    model.train()(_tensor(digits.images[:200]).float())
    model.eval()
    agrees(to_onnx(model), digits.images[:300], score(model, digits.images[:300]))


def test_what_has_no_converter_is_said():
    with pytest.raises(UserError, match="no ONNX converter for this module: Could not") as error:
        to_onnx(Undecided())
    assert "\n" not in str(error.value)

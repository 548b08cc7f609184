import pytest

from stages.reading import published
from stages.reading.published import PUBLISHED, sources


@pytest.mark.parametrize(
    ("dataset", "variable", "name"),
    [
        ("mnist", "MNIST_MIRROR", "mnist"),
        ("fashion_mnist", "FASHION_MNIST_MIRROR", "fashion_mnist"),
        ("kmnist", "KMNIST_MIRROR", "kmnist"),
        ("emnist_digits", "EMNIST_MIRROR", "emnist"),
        ("emnist_letters", "EMNIST_MIRROR", "emnist"),
    ],
)
def test_the_environments_mirror_comes_first(monkeypatch, dataset, variable, name):
    listed = ["https://one", "https://two"]
    monkeypatch.setitem(published.MIRRORS, name, listed)
    monkeypatch.setenv(variable, "")
    assert sources(dataset) == listed
    monkeypatch.setenv(variable, "folder")
    assert sources(dataset) == ["folder", *listed]


def test_every_data_set_has_a_public_mirror():
    assert all(published.MIRRORS[each.mirrors] for each in PUBLISHED.values())


def test_the_pinned_sizes_are_those_of_the_format():
    images, labels = 60_000 * 784 + 16, 60_000 + 8
    test_images, test_labels = 10_000 * 784 + 16, 10_000 + 8
    for name in ("mnist", "fashion_mnist", "kmnist"):
        sizes = [pinned.size for pinned in PUBLISHED[name].files]
        assert sizes == [images, labels, test_images, test_labels]


def test_every_file_is_pinned_and_the_classes_are_counted():
    for each in PUBLISHED.values():
        for pinned in each.files:
            assert len(pinned.sha256 or "") == 64 or len(pinned.md5 or "") == 32
    counts = {name: len(each.classes) for name, each in PUBLISHED.items()}
    assert counts.pop("emnist_letters") == 26
    assert set(counts.values()) == {10}

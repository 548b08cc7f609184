import numpy as np
import pytest

from stages.reading.raw import write_parts
from stages.reading.row_files import Options, Part


def part(name, labels, chunk=3):
    """Rows that have their number in the middle, in chunks."""
    images = np.full((len(labels), 28, 28), [[[*[0] * 14, 255, *[0] * 13]]], np.uint8)
    images[:, 5, 5] = np.arange(len(labels)) % 256
    slices = [slice(at, at + chunk) for at in range(0, len(labels), chunk)]
    chunks = [(images[s], None if name == "unlabelled" else labels[s]) for s in slices]
    return Part(name, f"{name} file", len(labels), iter(chunks))


def test_labels_become_places_among_the_classes_in_their_order(brought):
    parts = [part("train", ["10", "9", "9", "-1", "10", "-1"]), part("test", ["-1", "9"])]
    arrays, dataset = brought([*parts, part("unlabelled", [""] * 4)])
    assert dataset == {"name": "mine", "classes": ["-1", "9", "10"], "brightest": 255}
    assert arrays.pop("train-labels-idx1-ubyte").tolist() == [2, 1, 1, 0, 2, 0]
    assert arrays.pop("t10k-labels-idx1-ubyte").tolist() == [0, 1]
    for name, rows in (("train", 6), ("t10k", 2), ("unlabelled", 4)):
        images = arrays.pop(f"{name}-images-idx3-ubyte")
        assert images[:, 5, 5].tolist() == list(range(rows))
    assert not arrays


def test_images_of_another_size_and_light_paper_get_mnists_form(brought, rows):
    light = Part("train", "light", None, iter([(255 - rows.images, list("ab") * 20)]))
    large = np.pad(rows.images, [(0,), (16,), (10,)])
    arrays, _ = brought([light, Part("test", "large", None, iter([(large, ["a"] * 40)]))])
    np.testing.assert_array_equal(arrays["train-images-idx3-ubyte"], rows.images)
    assert arrays["t10k-images-idx3-ubyte"].shape == (40, 28, 28)


def test_a_thousand_classes_need_more_than_a_byte(brought):
    arrays, _ = brought([part("train", [f"class {n:03}" for n in range(1000)] * 3, 999)])
    assert arrays["train-labels-idx1-ubyte"].tolist() == list(range(1000)) * 3


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([("train", [])], r"train file: 0 classes \(none\), expected 2 to 1000"),
        ([("train", ["a"] * 9)], r"train file: 1 classes \('a'\), expected 2 to 1000"),
        ([("train", [str(n) for n in range(1001)] * 3)], r"1001 classes \('0', '1', '2', …\)"),
        (
            [("train", ["a"] * 9 + ["b"])],
            r"class 'b' has 1 row\(s\), expected 3 at the least, for training, validation and test",
        ),
        ([("train", ["a"] * 9 + ["b"]), ("test", ["a"])], r"class 'b' has 1 row\(s\), expected 2"),
        (
            [("train", ["a", "b"] * 3), ("test", ["a", "b", "c"])],
            "test file: row 2: label 'c' is no class of the training rows",
        ),
    ],
)
def test_classes_that_cannot_be_learnt_are_one_line(tmp_path, refused, parts, message):
    with refused(message):
        write_parts(tmp_path, "mine", [part(*each) for each in parts])
    assert not (tmp_path / "dataset.json").exists()


def test_names_that_look_alike_are_one_class(brought):
    train = part("train", ["e\u0301", "a ", "\u00e9", " a", "a", "\u00e9 "])
    arrays, dataset = brought([train, part("test", ["\ta"])])
    assert dataset["classes"] == ["a", "\u00e9"]
    assert arrays["train-labels-idx1-ubyte"].tolist() == [1, 0, 1, 0, 0, 1]
    assert arrays["t10k-labels-idx1-ubyte"].tolist() == [0]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", "b", "c\nd"], r"train file: row 2: class: got the name 'c\\nd', with a control"),
        (
            ["a", "b\udcff", "c"],
            r"train file: row 1: class: got the name 'b\\udcff', with no UTF-8",
        ),
        (["a", "b", "c", " "], "train file: row 3: class: got no name"),
    ],
)
def test_a_name_that_cannot_be_shown_is_one_line(tmp_path, refused, labels, message):
    with refused(message):
        write_parts(tmp_path, "mine", [part("train", labels * 3)])


def test_a_data_sets_name_is_cleaned_too(tmp_path, refused):
    with refused(r"the data set: got the name 'mi\\udcffne', with no UTF-8"):
        write_parts(tmp_path, "mi\udcffne", [part("train", ["a", "b"] * 3)])


def test_rows_are_turned_before_anything_else(tmp_path, rows, read_raw):
    """Light and large ones too, which are brought to MNIST's form."""
    images = np.pad(255 - rows.images, [(0,), (16,), (10,)], constant_values=255)
    for name, source, options in (("a", images, ()), ("b", images.swapaxes(1, 2), (True,))):
        (tmp_path / name).mkdir()
        chunks = iter([(source, list("ab") * 20)])
        write_parts(tmp_path / name, "x", [Part("train", "y", 40, chunks)], Options(*options))
    for arrays in zip(*(read_raw(tmp_path / name)[0].items() for name in "ab"), strict=True):
        (_, upright), (_, turned) = arrays
        np.testing.assert_array_equal(turned, upright)


def test_bad_rows_are_left_out_where_that_is_asked(tmp_path, rows, refused, read_raw):
    def parts():
        return [Part("train", "y", None, iter([(rows.images, list("ab") * 20)]), ["y:7: torn"])]

    with refused("^y:7: torn$"):
        write_parts(tmp_path, "x", parts())
    write_parts(tmp_path, "x", parts(), Options(skip_bad=True))
    assert len(read_raw(tmp_path)[0]["train-images-idx3-ubyte"]) == 40


def test_ink_of_1_on_0_is_full_ink_and_paper_of_1_is_paper(brought, rows):
    ink = rows.images > 127
    arrays, _ = brought(
        [
            Part("train", "a", None, iter([(ink.astype(np.uint8), list("ab") * 20)])),
            Part("test", "b", None, iter([((~ink).astype(np.uint8), list("ab") * 20)])),
        ]
    )
    for name in ("train", "t10k"):
        np.testing.assert_array_equal(arrays[f"{name}-images-idx3-ubyte"], ink * 255)

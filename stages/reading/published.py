"""Published data sets in MNIST's format: their files, checksums, classes, and who made them.

Checksums: MNIST's were taken of the unpacked files; the others' are the MD5 sums of the packed
files that torchvision gives (torchvision/datasets/mnist.py).
"""

import os
import string
from typing import NamedTuple

from stages.reading.idx import IMAGES, LABELS

DIGITS = list(string.digits)
FASHION = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker"]
FASHION += ["Bag", "Ankle boot"]
KANA = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]
FILES = [f"{part}-{kind}" for part in ("train", "t10k") for kind in (IMAGES, LABELS)]
SIZES = [47_040_016, 60_008, 7_840_016, 10_008]  # bytes of MNIST's files and its successors'
LARGEST = 1_000_000_000  # bytes of a file that is known by its checksum alone: EMNIST's has half


class Pinned(NamedTuple):
    """A file by its content: `size` and `sha256` of what is unpacked, since mirrors may pack it
    differently; or `md5` of the packed file, where its publisher's mirrors all serve the same."""

    name: str
    size: int | None = None
    sha256: str | None = None
    md5: str | None = None

    @property
    def served(self) -> str:
        """What mirrors call it."""
        return self.name if self.name.endswith(".zip") else f"{self.name}.gz"

    @property
    def most(self) -> int:
        """Bytes that a mirror may send: packing adds little at the worst."""
        return LARGEST if self.size is None else self.size + self.size // 100 + 10_000


class Published(NamedTuple):
    """`mirrors`: its name among `MIRRORS`; `member`: what its files are called inside of an
    archive, and `first` its least label; `fit`: how pictures become as its rows are."""

    mirrors: str
    files: list[Pinned]
    classes: list[str]
    member: str | None = None
    first: int = 0
    fit: str = "digit"


ARCHIVE = Pinned("gzip.zip", md5="58c8d27c78d21e728a6bc7b3cc06412e")


def _pinned(algorithm: str, sums: list[str]) -> list[Pinned]:
    """The four files of a data set as large as MNIST."""
    files = zip(FILES, SIZES, sums, strict=True)
    return [Pinned(name, size, **{algorithm: each}) for name, size, each in files]


# Y. LeCun, C. Cortes, C. J. C. Burges.
MNIST = [
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
]
# H. Xiao, K. Rasul, R. Vollgraf: arXiv:1708.07747.
FASHION_MNIST = [
    "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "25c81989df183df01b3e8a0aad5dffbe",
    "bef4ecab320f06d8554ea6380940ec79",
    "bb300cfdad3c16e7a12a480ee83cd310",
]
# T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha: arXiv:1812.01718.
KMNIST = [
    "bdb82020997e1d708af4cf47b453dcf7",
    "e144d726b3acfaa3e44228e80efcd344",
    "5c965bf0a639b31b8f53240b1b52f4d7",
    "7320c461ea6c1c855c0b718fb2a4b134",
]
PUBLISHED = {
    "mnist": Published("mnist", _pinned("sha256", MNIST), DIGITS),
    "fashion_mnist": Published(
        "fashion_mnist", _pinned("md5", FASHION_MNIST), FASHION, fit="whole"
    ),
    "kmnist": Published("kmnist", _pinned("md5", KMNIST), KANA, fit="whole"),
    # G. Cohen, S. Afshar, J. Tapson, A. van Schaik: arXiv:1702.05373; of letters, capital and
    # small ones are one class.
    "emnist_digits": Published("emnist", [ARCHIVE], DIGITS, "emnist-digits"),
    "emnist_letters": Published(
        "emnist", [ARCHIVE], list(string.ascii_uppercase), "emnist-letters", first=1
    ),
}
MIRRORS = {  # public ones, in the order they are tried
    "mnist": [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ],
    "fashion_mnist": [
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ],
    "kmnist": ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"],
    "emnist": ["https://biometrics.nist.gov/cs_links/EMNIST/"],
}


def variable(mirrors: str) -> str:
    """Of the environment: a mirror (a URL or folder) to be tried first."""
    return f"{mirrors.upper()}_MIRROR"


def sources(dataset: str) -> list[str]:
    """The data set's mirrors in the order they are tried, that of the environment first."""
    name = PUBLISHED[dataset].mirrors
    preferred = os.environ.get(variable(name))
    return [preferred, *MIRRORS[name]] if preferred else MIRRORS[name]


def advice(dataset: str) -> str:
    """What to do where no mirror serves its files."""
    published = PUBLISHED[dataset]
    held = "gzip.zip" if published.member else "the .gz files"
    return (
        f"point {variable(published.mirrors)} at a folder or URL that holds {held}, or take the "
        "data set that needs no network: dvc exp run -S download.dataset=digits"
    )

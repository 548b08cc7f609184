"""Before a run: without any source of MNIST, params.yaml is changed, in the open, to the digits.

The change stands in the workspace like one made by hand, so that DVC's lock, metrics and report all
say which data they come from; `git checkout params.yaml` takes it back.
"""

import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML

from stages.core.errors import UserError, run
from stages.core.files import new_file
from stages.core.params import PARAMS_FILE, read_block
from stages.download import Download
from stages.reading.http_files import Patience
from stages.reading.mirrors import fetch
from stages.reading.published import PUBLISHED, advice, sources


def is_reachable(params: Download, patience: Patience) -> bool:
    """Whether some source serves the smallest file of MNIST, whole and with the right content."""
    smallest = min(PUBLISHED["mnist"].files, key=lambda pinned: pinned.size)
    mirrors = sources("mnist", params.mirrors)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            fetch(smallest, mirrors, folder, folder / "partial", advice("mnist"), patience)
        except UserError:
            return False
    return True


def switch_to_digits() -> None:
    """Set download.dataset in params.yaml, keeping its comments and order."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 1000
    yaml.representer.add_representer(
        type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    content = yaml.load(PARAMS_FILE)
    content["download"]["dataset"] = "digits"
    with new_file(PARAMS_FILE) as temporary:
        yaml.dump(content, temporary)


def main() -> None:
    params = read_block(Download, "download")
    if params.dataset == "mnist" and not is_reachable(params, Patience(silence=5)):
        switch_to_digits()
        sys.stderr.write(
            "No source of MNIST was reachable: params.yaml now says download.dataset: digits "
            "(git checkout params.yaml takes it back).\n"
        )


if __name__ == "__main__":
    run(main)

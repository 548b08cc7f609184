"""One command line for all that is no stage: `python -m stages COMMAND`, or `digits COMMAND`.

Each command imports its work when it is called: help and completion must not wait for libraries.
"""

import os
import re
import sys
from pathlib import Path

import click

from stages import __version__
from stages.core.errors import guarded

COMPLETE = "_DIGITS_COMPLETE"  # the variable by which a shell asks for completions
USAGE = 2  # the exit code of a mistake on the command line


class Work(click.Command):
    """A command that begins with putting right what a killed one has left behind."""

    def invoke(self, context: click.Context) -> None:
        """Recover, then call the command's function."""
        from stages.experiments.recovery import recover

        recover()
        super().invoke(context)


class Commands(click.Group):
    """All commands, in the order in which they stand here."""

    command_class = Work

    def list_commands(self, _: click.Context) -> list[str]:
        """Their names, for the help."""
        return list(self.commands)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="digits %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """Train, compare and use model families on handwritten digits.

    Run it from the project's root. Exit codes: 0 good, 1 what the line on stderr tells, 2 no such
    command or option, 130 interrupted.

    After pip install -e . it also goes by the name of digits, and your shell completes it (zsh and
    fish have a word of their own for bash_source):

    \b
      eval "$(_DIGITS_COMPLETE=bash_source digits)"
    """  # noqa: D301
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def family_names(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """What a shell offers for a family."""
    from stages.core.params import read_families

    return [name for name in [*read_families(), "final", "ensemble"] if name.startswith(begun)]


family = click.option(
    "--family",
    default="final",
    show_default=True,
    shell_complete=family_names,
    help="A family of params.yaml; or final, the best one, fitted on more rows; or ensemble.",
)
remote = click.option("--remote", is_flag=True, help="Read missing predictions from DVC's remote.")
file = click.Path(path_type=Path)
many = click.IntRange(min=1)


@commands.command(context_settings={"ignore_unknown_options": True})
@click.argument("targets", nargs=-1, type=click.UNPROCESSED)
def repro(targets: tuple[str, ...]) -> None:
    """Run what has changed of the stages, of all or of these.

    Options of `dvc repro`, such as --force, are passed on.
    """
    from stages.experiments.repro import repro

    repro(list(targets))


@commands.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@family
@click.option(
    "--format", "kind", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True
)
@click.option("--output", type=file, metavar="FILE", help="Instead of standard output.")
@click.option("--top", type=int, metavar="K", help="Name the K likeliest classes.")
@click.option("--reject", type=float, metavar="P", help="No label if its probability is below P.")
@click.option(
    "--label",
    default="label",
    show_default=True,
    metavar="COLUMN",
    help="A CSV's column of labels, by name or by position from 0: it is not used.",
)
@click.option(
    "--fit",
    type=click.Choice(["digit", "whole"]),
    help="Cut pictures to their digit, or keep them whole; at first as the data set's were.",
)
@click.option("--many", is_flag=True, help="Pictures are pages of many digits; draws the answers.")
@click.option(
    "--average",
    is_flag=True,
    help="The mean answer to each digit turned and resized a little; 15 times as slow.",
)
def predict(sources: tuple[str, ...], label: str, **options: object) -> None:
    """Ask a fitted model about your own digits.

    A SOURCE is a picture, a folder of pictures, an IDX (.gz), CSV (.gz), npz or npy file, or - for
    a picture on standard input.

    \b
      python -m stages predict scans/ seven.jpg --output digits.csv
      python -m stages predict t10k-images-idx3-ubyte.gz --reject 0.9
      python -m stages predict kaggle.csv --family lenet5 --format jsonl --top 3
      cat seven.png | python -m stages predict -
      python -m stages predict --many page.jpg

    A picture may be large or small, dark on light or light on dark; it is cut to its digit, which
    is centred and made as large as MNIST's. Desk, ruled lines and frames are left aside; what is
    doubtful stands in the note. With --many all digits of a page are answered in reading order, and
    the page is written to data/pages with a box and the answer to each.

    Rows of files that have MNIST's 28x28 pixels are taken as they are. Rows 0, 1, ... of FILE, its
    pages, and the digits of a page are called FILE:0, FILE:1, ... A CSV has columns of 784 pixels
    and perhaps a label, without a header the first.

    Lines are written as they become known. Of several sources, one that cannot be read gets a line
    whose note says why, and the exit code is 1 once all others have been answered. A mistake in the
    last row of a single source leaves no file of --output.
    """  # noqa: D301
    from stages.serving.predict import predict

    column = int(label) if re.fullmatch(r"-?\d{1,9}", label) else label
    predict(list(sources), label=column, **options)


@commands.command()
@family
@click.option("--output", type=file, metavar="FILE", help="Default: data/onnx/FAMILY.onnx.")
def export(family: str, output: Path | None) -> None:
    """Write a fitted model as one ONNX file.

    The scaling of pixels is inside: it takes images, uint8 (n, 28, 28), and gives probabilities (or
    scores, where the family has none), float32 (n, classes), and label, int64 (n). Its metadata say
    what it is and how good. The ensemble has no such file.
    """
    from stages.serving.export import export

    export(family, output)


@commands.command()
def leaderboard() -> None:
    """Print how good the families are, as the last run found."""
    from stages.review.leaderboard import print_leaderboard

    print_leaderboard()


@commands.command()
@click.argument("names", nargs=-1, metavar="[SWEEP]...")
@click.option("--jobs", type=many, default=1, show_default=True, help="Fits side by side.")
def sweep(names: tuple[str, ...], jobs: int) -> None:
    """Run these sweeps over settings and seeds, or all."""
    from stages.experiments.sweep import sweep

    sweep(list(names), jobs)


@commands.command()
@click.argument("family", shell_complete=family_names)
@click.option("--trials", type=many, default=20, show_default=True, help="In all, with older ones.")
def search(family: str, trials: int) -> None:
    """Search better params of a family with a search space."""
    from stages.experiments.search import search

    search(family, trials)


@commands.command()
def cross_validate() -> None:
    """Measure some families over folds of the training rows."""
    from stages.experiments.repro import repro

    repro(["stages/experiments/dvc.yaml:draw_cross_validation"])


@commands.command()
@click.option("--base", metavar="REV", default="origin/main", show_default=True)
@click.option("--output", type=file, metavar="FILE", default="pr_report.md", show_default=True)
@remote
def pr_report(base: str, output: Path, remote: bool) -> None:
    """Write a page that says what a branch changes."""
    from stages.review.pr_report import pr_report

    pr_report(base, output, remote)


@commands.command()
@click.option("--base", metavar="REV", help="A revision to compare with.")
@remote
def gate(base: str | None, remote: bool) -> None:
    """Fail below a floor or, with --base, if worse than that."""
    from stages.review.gate import gate

    gate(base, remote)


@commands.command()
def check_lock() -> None:
    """Fail unless dvc.lock fits code and params; needs no data."""
    from stages.review.check_lock import check_lock

    check_lock()


@commands.command()
@click.option("--dry", is_flag=True, help="Only say what would be removed.")
def tidy(dry: bool) -> None:
    """Remove what deleted families and sweeps have left."""
    from stages.experiments.tidy import tidy

    tidy(dry)


@commands.command()
@click.argument("items", nargs=-1, metavar="[ITEM]...")
def bench(items: tuple[str, ...]) -> None:
    """Measure speed and accuracy here: these items, or all."""
    from stages.bench.items import bench

    bench(list(items))


@commands.command()
def readme() -> None:
    """Write the tables of the documentation anew."""
    from stages.reporting.readme import update

    update()


def main() -> None:
    """Do what the command line says; every mistake is one line."""
    name = "digits" if COMPLETE in os.environ else "python -m stages"
    if sys.stderr is None:  # closed by the shell: `2>&-`
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115, to the end

    def work() -> None:
        try:
            commands.main(prog_name=name, complete_var=COMPLETE, standalone_mode=False)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else name
            print(f"error: {error.format_message()} (see {path} --help)", file=sys.stderr)
            sys.exit(USAGE)
        except click.Abort:
            raise KeyboardInterrupt from None

    guarded(work)


def digits() -> None:
    """The name on the PATH: `python -m stages`, so that a clone runs the files that are its own."""
    os.execv(sys.executable, [sys.executable, "-m", "stages", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    main()

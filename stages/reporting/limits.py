"""What the numbers cannot tell, in words."""

from stages.comparing.significance import least_seen
from stages.reporting.pages import percent


def sight(entrants: int, test: int) -> str:
    """What the test cannot see, of so many entrants on so many test images."""
    least = least_seen(entrants * (entrants - 1) // 2)
    if least > test:
        return f"It cannot tell any two apart: for that {least} images are needed, here are {test}."
    return (
        f"It can tell two apart only if one is right on at least {least} images "
        f"({percent(least / test)}) more than the other."
    )


def passed_over(entrants: int, validation: int) -> str:
    """How much better a family may be that was not chosen, of so many on so many images."""
    points = percent(min(1, least_seen(entrants * (entrants - 1) // 2) / validation))
    return (
        f"As there are only {validation:,} validation images, a family that is better by less than "
        f"{points} may have been passed over by chance."
    )


def luck(by_accuracy: bool) -> str:
    """What stands for families that were fitted with several seeds."""
    mean = "They are ranked by the mean of their validation accuracies, which the leaderboard shows"
    return (
        "Some families were fitted several times, alike but for their seeds. "
        f"{mean if by_accuracy else 'They are ranked by the first fit'}; all else in this report "
        "is of the first fit."
    )

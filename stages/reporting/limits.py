"""What the numbers cannot tell, in words."""

from stages.comparing.significance import least_seen
from stages.reporting.pages import percent


def sight(entrants: int, test: int) -> str:
    """What the test cannot see, of so many entrants on so many test images."""
    least = least_seen(entrants * (entrants - 1) // 2)
    if least > test:
        return f"It cannot tell any two apart: for that {least} images are needed, here are {test}."
    return (
        f"It can tell two apart where one alone is right on {least} images, "
        f"{percent(least / test)}, and more."
    )


def passed_over(entrants: int, validation: int) -> str:
    """How much better a family may be that was not chosen, of so many on so many images."""
    points = percent(min(1, least_seen(entrants * (entrants - 1) // 2) / validation))
    return (
        f"On {validation:,} validation images a family that is better by less than {points} can be "
        "passed over by chance."
    )

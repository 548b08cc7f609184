import pytest

from stages.drawing.style import log_axis, new_figure, tick_number, tick_percent


@pytest.mark.parametrize(
    ("low", "high", "text", "shown"),
    [
        (0.0011, 0.45, tick_percent, "0.2 %, 0.5 %, 1 %, 2 %, 5 %, 10 %, 20 %"),
        (0.012, 0.018, tick_percent, "1.2 %, 1.35 %, 1.5 %, 1.65 %, 1.8 %"),
        (1, 1e6, tick_number, "1, 10, 100, 1k, 10k, 100k, 1M"),
    ],
)
def test_a_logarithmic_axis_is_labelled_where_there_is_room(low, high, text, shown):
    _, axes = new_figure(4, 3)
    axes.plot([low, high], [low, high])
    axes.set_xlim(low, high)
    log_axis(axes.xaxis, text)
    ticks = [each for each in axes.get_xticks() if 0.999 * low <= each <= 1.001 * high]
    assert ", ".join(map(axes.xaxis.get_major_formatter(), ticks)) == shown
    assert axes.get_xscale() == "log"


def test_numbers_are_short():
    assert [tick_number(value) for value in (0.01, 12, 1500, 2e6)] == ["0.01", "12", "1.5k", "2M"]

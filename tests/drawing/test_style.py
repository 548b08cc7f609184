import pytest

from stages.drawing.style import log_axis, new_figure, tick_number, tick_percent


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.0011, 0.45, [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2]),
        (0.012, 0.018, [0.012, 0.0135, 0.015, 0.0165, 0.018]),
    ],
)
def test_a_logarithmic_axis_is_labelled_where_there_is_room(low, high, shown):
    _, axes = new_figure(4, 3)
    axes.plot([low, high], [low, high])
    axes.set_xlim(low, high)
    log_axis(axes.xaxis, tick_percent)
    ticks = [each for each in axes.get_xticks() if 0.999 * low <= each <= 1.001 * high]
    assert ticks == pytest.approx(shown)
    assert axes.get_xscale() == "log"
    assert tick_percent(0.015) == "1.5 %"


def test_a_long_axis_has_one_label_for_each_decade():
    _, axes = new_figure(4, 3)
    axes.plot([1, 1e6], [1, 1])
    log_axis(axes.xaxis, tick_number)
    shown = [tick_number(each) for each in axes.get_xticks() if 1 <= each <= 1e6]
    assert shown == ["1", "10", "100", "1k", "10k", "100k", "1M"]


def test_large_numbers_are_short():
    assert [tick_number(value) for value in (0.01, 12, 1500, 2e6)] == ["0.01", "12", "1.5k", "2M"]

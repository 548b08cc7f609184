import numpy as np

from stages.reading.paper import paper


def test_the_papers_slope_is_found_beneath_ink_that_runs_over_the_border():
    slope = 100 + np.linspace(0, 50, 60)[:, None] + np.linspace(0, 20, 80)
    greys = slope.copy()
    greys[20:30, :] = 0  # a stroke from edge to edge
    surface, noise = paper(greys.astype(np.float32))
    np.testing.assert_allclose(surface, slope, atol=0.5)
    assert noise < 0.5


def test_the_desk_around_a_sheet_is_not_its_paper():
    greys = np.full((100, 120), 60, np.float32)
    greys[15:-15, 15:-15] = 220
    greys[30:70, 50:60] = 30
    surface, _ = paper(greys)
    np.testing.assert_allclose(surface, 220, atol=0.5)


def test_noise_alone_is_paper():
    greys = np.random.default_rng(0).choice([0, 255], (80, 80)).astype(np.float32)
    surface, noise = paper(greys)
    assert np.isfinite(surface).all()
    assert np.isfinite(noise)

import numpy as np

from stages.models.boosting import halve


def test_halving_takes_the_mean_of_each_block_of_four(digits):
    image = digits.images[0].astype(np.float32)
    half = halve(image.reshape(1, -1)).reshape(14, 14)
    for row, column in ((0, 0), (5, 7), (13, 13)):
        block = image[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        assert half[row, column] == block.mean()

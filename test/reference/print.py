"""Writes print.json beside it: arrays and how numpy (2.2 or newer) prints them. Run: python test/reference/print.py"""

import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(7)
cases = []


def add(values, dtype="float64"):
    array = np.array(values, dtype)
    entries = [repr(float(x)) for x in array.ravel()]
    cases.append({"dtype": dtype, "shape": array.shape, "entries": " ".join(entries), "text": str(array)})


def large(shape, dtype="float64"):
    """Entry k of a large array is k/8 − 3, so that it need not be stored."""
    array = (np.arange(np.prod(shape)) / 8 - 3).astype(dtype).reshape(shape)
    cases.append({"dtype": dtype, "shape": shape, "text": str(array)})


inf, nan = np.inf, np.nan
for values in (
    [[1, 2], [3, 4]], [[1.5, -2]], [[0.1, 0.12345678]], [[-0.0, 0]], [[-0.0, 1e-5]], [[1e-5, 1]], [[1e-4, 1e-1]],
    [[1e8, 1e8]], [[99999999, 1e5]], [[1, 1000]], [[1, 1001]], [[1e16, 1e15]], [[1e100, 1]], [[1e-300, -1e300]], [[5e-324, 1.5]],
    [[nan, inf]], [[nan, 1]], [[-inf, nan]], [[1.5, -inf]], [[nan, 1e10]], [[-inf, 1e-10]], [[inf, 0.1234567891]], [[nan, nan]],
    [[1 / 3, 2 / 3]], [[2**-9, 0.5]], [[1 + 2**-9]], [[3 * 2**-9]], [[123456789.123]], [[12345678.123456789]], [[9.999999999, 1]],
    [[99.999999999]], [[0.00012345678912]], [[0.999999999999]], [[1e-9, 1]], [[2**53 + 2, 2**53]], [[1e22]], [[1.0000000005e9, 2]],
    [[12345.678, 0.1]], [[-1234.5, 1234.5], [0, 1e-3]], [[7]], [[]], [[], []], np.zeros((0, 3)), np.zeros((2, 0, 3)), np.zeros((0, 2, 2)),
    np.eye(3), [[[1, 2], [3, 4]], [[5, 6], [7, -8.25]]], [[[nan]], [[1e9]]], [[2**-20 * 5, 1]], [[1.25e10, 1.000000005]],
):
    add(values)
    add(values, "float32")
for k in range(-149, 128, 3):
    add([[2.0**k, -1.5 * 2.0**k]], "float32")
for dtype in ("float64", "float32"):
    for scale in (1e-12, 1e-3, 1, 1, 1e3, 1e6, 1e12):
        add(scale * rng.standard_normal((3, 4)), dtype)
        add(np.exp(rng.uniform(-6, 6, (2, 5))) * scale, dtype)
        add(np.round(scale * rng.standard_normal((2, 3)), 3), dtype)
    for columns in (5, 6, 7, 8, 9, 12, 25, 40):
        add(rng.integers(-9, 9, (2, columns)) / 4, dtype)
        add(rng.standard_normal((1, columns)), dtype)
        add(rng.standard_normal((2, 2, columns)), dtype)
    for shape in ((1000, 1), (1001, 1), (1, 1001), (6, 200), (7, 200), (40, 25), (40, 26), (2000, 6), (5, 5, 50), (10, 10, 11), (2, 1, 600), (1, 700, 2)):
        large(shape, dtype)

path = Path(__file__).with_suffix(".json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")

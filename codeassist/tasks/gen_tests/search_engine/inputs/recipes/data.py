"""numpy and pandas: arrays, tables, moments."""

from __future__ import annotations

from .recipe import Recipe

ARRAYS = (
    "np.array([1, 2, 3])",
    "np.array([[1, 2], [3, 4]])",
    "np.array([0.5, 1.5, 2.5])",
    "np.array([])",
    "np.array([3, 1, 2])",
    "np.array([True, False, True])",
)
TABLES = (
    "pd.DataFrame({'a': [1, 2, 3], 'b': [4.0, 5.5, 6.0]})",
    "pd.DataFrame({'name': ['x', 'y', 'x'], 'value': [1, 2, 3]})",
    "pd.DataFrame({'a': [], 'b': []})",
)
SERIES = (
    "pd.Series([1, 2, 3])",
    "pd.Series([0.5, 1.5], index=['a', 'b'])",
    "pd.Series(['x', 'y', 'x'])",
    "pd.Series([3, 1, 2])",
)
MOMENTS = (
    "pd.Timestamp('2020-01-31')",
    "pd.Timestamp('2020-02-29 12:30')",
    "pd.Timestamp('2021-12-31 23:59', tz='UTC')",
    "pd.Timestamp('2020-03-01', tz='UTC')",
)
SPANS = ("pd.Timedelta(1, 'min')", "pd.Timedelta(1, 'D')", "pd.Timedelta(hours=2)", "pd.Timedelta(0)")
DAYS = ("pd.date_range('2020-01-30', periods=4)", "pd.DatetimeIndex(['2020-01-31', '2020-02-29'])")

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "numpy",
        instances={"ndarray": ARRAYS, "dtype": ("np.dtype('int64')",), "Generator": ("np.random.default_rng(1)",)},
        parameters={"arr|array|matrix|vector": ARRAYS},
        imports={"np": "import numpy as np"},
    ),
    Recipe(
        "pandas",
        instances={
            "DataFrame": TABLES,
            "Series": SERIES,
            "Timestamp": MOMENTS,
            "Timedelta": SPANS,
            "DatetimeIndex": DAYS,
            "Index": ("pd.Index(['a', 'b', 'c'])", "pd.Index([1, 2, 3])"),
        },
        parameters={"df|dataframe|data_frame": TABLES, "series": SERIES},
        imports={"pd": "import pandas as pd"},
    ),
)

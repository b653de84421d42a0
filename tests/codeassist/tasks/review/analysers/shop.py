"""The module whose definitions change in the tests of callers and of overriding methods."""

from __future__ import annotations

SHOP = "def total(prices, tax=0):\n    return sum(prices) + tax\n\n\nclass Cart:\n    def add(self, item, count=1):\n        return item, count\n"

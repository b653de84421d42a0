"""Settings of the shop, read from environment variables."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What can be configured."""

    database: str = "shop.db"
    tax: float = 0.07

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read every `BOOKSHOP_` variable; what is not set keeps its default."""
        return cls(
            database=os.environ.get("BOOKSHOP_DATABASE", cls.database),
            tax=float(os.environ.get("BOOKSHOP_TAX", cls.tax)),
        )

"""SQLAlchemy: engines and sessions in memory."""

from __future__ import annotations

from .recipe import Recipe

ENGINE = "sqlalchemy.create_engine('sqlite://')"

RECIPE = Recipe(
    "sqlalchemy",
    instances={"Engine": (ENGINE,), "Session": (f"sqlalchemy.orm.Session({ENGINE})",), "MetaData": ("sqlalchemy.MetaData()",)},
    parameters={
        "engine|db_engine|bind": (ENGINE,),
        "session|db_session|db": (f"sqlalchemy.orm.Session({ENGINE})",),
        "connection|conn": (f"{ENGINE}.connect()",),
        "metadata": ("sqlalchemy.MetaData()",),
    },
    imports={"sqlalchemy.orm": "import sqlalchemy.orm", "sqlalchemy": "import sqlalchemy"},
)

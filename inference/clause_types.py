"""The clause types every reader knows, from the one data file beside this module."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("clause_types.json")


@dataclass(frozen=True)
class ClauseType:
    """One clause type: CUAD's name of it, our definition, the type of its answer, how grave a finding tends to be."""

    name: str
    slug: str
    definition: str
    answer_type: str
    severity: str
    examples: tuple[str, ...]


@lru_cache(maxsize=1)
def load_clause_types() -> tuple[ClauseType, ...]:
    """All 41, in the order a lawyer reads a contract."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    return tuple(ClauseType(**{**row, "examples": tuple(row["examples"])}) for row in rows)

"""The catalogue walker: what the database itself says about who may see what, and every way in which it is wrong.

Reads only PostgreSQL's system catalogue, so a model, a migration or an operator's slip is judged alike. A rule is
one query that returns what breaks it; a table nobody decided about is itself a fault.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from review.tenancy.global_tables import GLOBAL_TABLES

from .policies import POLICY_RULES
from .privileges import PRIVILEGE_RULES
from .shape import SHAPE_RULES

Ask = Callable[[str, Mapping[str, Any]], Iterable[tuple[Any, ...]]]

# Who is on a matter and who is kept from it: the wall reads these two, so a wall on them would recurse.
BESIDE_THE_WALL = ("matters_mattermember", "matters_matterexclusion")
# The audit trail speaks of matters without lying inside one; it is walled for reading.
AUDIT = "tenancy_auditevent"
# Work of the firm as a whole lies in no matter; the table's own check says of which kinds it is.
JOBS = "jobs_job"

APPEND_ONLY = (
    "tenancy_auditevent",
    "documents_documenttext",
    "documents_page",
    "documents_pageimage",
    "documents_documentopening",
    "documents_familytie",
    "documents_documentwarning",
    "documents_warningdecision",
    "findings_reviewrun",
    "findings_finding",
    "findings_evidence",
    "findings_disposition",
    "findings_dispositionevidence",
    "findings_learnedhead",
    "readers_acceptance",
    "readers_measuredpace",
    "readings_casefile",
    "readings_casefiletext",
    "readings_caserun",
    "readings_caseanswer",
    "readings_casequote",
    "readings_casedoubt",
    "asking_inquiry",
    "annotation_comment",
    "measurement_sheet",
    "measurement_backtestrun",
    "measurement_comparison",
    "measurement_adjudication",
    "measurement_questionapproval",
)
NEVER_UPDATED = ("annotation_flag", "findings_sharedlesson", "readings_matterreadingkey")
NEVER_DELETED = (
    "tenancy_organization",
    "measurement_backtest",
    "findings_firmhead",
    "findings_lessonwithdrawal",
    "readers_readerprofile",
    "readings_casepart",
    "readings_keptreading",
    "readings_readingbudget",
)

# uuid columns that end in _id and point at nothing by design.
LOOSE = (
    "jobs_job.subject_id",  # a document or a text, told apart by the kind of job
    "tenancy_auditevent.matter_id",  # the trail outlives what it tells of
    "tenancy_auditevent.subject_id",
)

DISPATCHER_READS = [
    *("id", "organization_id", "matter_id", "kind", "state", "priority", "attempt"),
    *("lease_until", "not_before", "hinted_at", "settled", "created_at"),
]
DISPATCHER_WRITES = [
    *("state", "lease_token", "lease_until", "not_before", "hinted_at", "error", "finished_at"),
]

TABLES = """
WITH tables AS (
    SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind, c.relowner, c.relacl,
           c.relrowsecurity, c.relforcerowsecurity
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
columns AS (
    SELECT a.* FROM pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped),
tenant AS (
    SELECT * FROM tables WHERE NOT (schema = 'public' AND name = ANY(%(global_tables)s))),
below AS (
    SELECT t.* FROM tenant t JOIN columns a ON a.attrelid = t.oid AND a.attname = 'matter_id'
     WHERE t.name <> ALL(%(beside_the_wall)s) AND t.name <> %(audit)s)
"""

RULES: dict[str, str] = {**SHAPE_RULES, **POLICY_RULES, **PRIVILEGE_RULES}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: the rule it breaks, and where."""

    rule: str
    where: str


def walk(ask: Ask, rules: Iterable[str] = RULES) -> list[Fault]:
    """Every fault of the database that `ask` queries, by all rules or by those named."""
    parameters = {
        "global_tables": list(GLOBAL_TABLES),
        "global_privileges": [privileges for privileges, _ in GLOBAL_TABLES.values()],
        "beside_the_wall": list(BESIDE_THE_WALL),
        "audit": AUDIT,
        "jobs": JOBS,
        "append_only": list(APPEND_ONLY),
        "never_updated": list(NEVER_UPDATED),
        "never_deleted": list(NEVER_DELETED),
        "loose": list(LOOSE),
        "dispatcher_reads": DISPATCHER_READS,
        "dispatcher_writes": DISPATCHER_WRITES,
    }
    return sorted(Fault(rule, str(row[0])) for rule in rules for row in ask(TABLES + RULES[rule], parameters))

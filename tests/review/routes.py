"""Every route of the service: what it takes, and an example of each method it answers.

A route that is not listed here fails the build: whoever adds one says what a stranger might send to it.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, get_resolver
from django.utils import timezone

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# The parameters of addresses that are ids, and of what.
KINDS = {
    "matter_id": "matter",
    "document_id": "document",
    "bundle_id": "bundle",
    "finding_id": "finding",
    "warning_id": "warning",
    "backtest_id": "backtest",
    "comparison_id": "comparison",
    "user_id": "user",
    "question_id": "question",
    "profile_id": "reader",
    "server_id": "server",
    "run_id": "run",
    "inquiry_id": "inquiry",
    "reading_id": "reading",
}
# Those that are not, with a value that exists.
PLAIN = {"number": 1, "question": "governing-law"}

Sent = dict[str, Any]
READ: dict[str, list[Sent]] = {"GET": [{}]}
ACT: dict[str, list[Sent]] = {"POST": [{}]}
ASKED: Sent = {"name": "Step-in rights", "definition": "Whether one may step in.", "answer_type": "yes_no"}

COLUMN: Sent = {"question": "insurance"}
TINY: Sent = {
    "name": "Another",
    "quantization": "none",
    "dtype": "float32",
    "rope": "as-is",
    "rope_factor": "1",
    "model_folder": "tiny",
    "chunk": "64",
    "side_by_side": "4",
    "reason_tokens": "4",
    "cache": "int8",
    "sparse": "off",
}

PIN = f"{timezone.now() + timedelta(days=30):%Y-%m-%d}"

# Route: what is sent with each method it answers. "{document}" stands for an id of that kind in a form or a query.
EXAMPLES: dict[str, dict[str, list[Sent]]] = {
    "matter": READ,
    "brief": {"GET": [{}], "POST": [{"name": "Project Harrow", "number": "10023-0007"}]},
    "ai_terms": {"POST": [{"ai_terms": "allowed", "of": "matter"}]},
    "teaching": {"POST": [{"may_teach": "yes", "whose": "matter"}]},
    "read_now": ACT,
    "people": READ,
    "add_person": {"POST": [{"person": "{user}", "role": "reviewer"}]},
    "remove_person": ACT,
    "build_wall": {"POST": [{"person": "{user}", "reason": "Acted for the seller."}]},
    "lift_wall": ACT,
    "upload": {"GET": [{}], "POST": [{"name": "More"}]},
    "start_upload": {"POST": [{"name": "More"}]},
    "upload_file": {"GET": [{}], "PUT": [{}]},
    "finish_upload": ACT,
    "documents": {"GET": [{}, {"q": "agreement"}]},
    "retry_group": {"POST": [{"cause": "no_text"}]},
    "join_family": {"POST": [{"document": "{document}", "master": "{master}"}]},
    "part_family": ACT,
    "undo_family": ACT,
    "cancel_bundle": ACT,
    "progress": READ,
    "events": READ,
    "grid": {"GET": [{}, {"state": "found", "columns": "all"}]},
    "cell": READ,
    "add_column": {"GET": [{}], "POST": [ASKED]},
    "question": {"GET": [{}], "POST": [ASKED]},
    "retire_question": ACT,
    "restore_question": ACT,
    "move_question": {"POST": [{"way": "up"}]},
    "add_finding": {
        "POST": [{"document": "{document}", "question": "governing-law", "start": "0", "end": "6"}],
    },
    "export_xlsx": READ,
    "export_docx": READ,
    "document": {"GET": [{}, {"finding": "{finding}"}]},
    "document_text": READ,
    "highlights": READ,
    "page_image": READ,
    "page_words": READ,
    "retry": ACT,
    "judge_warning": {"POST": [{"judgement": "suspicious"}]},
    "undo_warning": ACT,
    "accept_finding": ACT,
    "reject_finding": {"POST": [{"note": "This is another clause."}]},
    "edit_finding": {"POST": [{"value": "England"}]},
    "verify_finding": ACT,
    "undo_decision": ACT,
    "flag_finding": ACT,
    "comment_on_finding": {"POST": [{"body": "Look again."}]},
    "backtests": {"GET": [{}], "POST": [{}]},
    "backtest": {"GET": [{}, {"show": "all"}, {"columns": "yes"}]},
    "compare_backtest": {
        "POST": [{"sheet": "1", "heading_row": "1", "is-0": "document", "is-1": "governing-law"}]
    },
    "cancel_backtest": ACT,
    "backtest_xlsx": READ,
    "backtest_csv": READ,
    "rule": {"POST": [{"ruling": "reader"}]},
    "reader": {"GET": [{}], "POST": [TINY]},
    "retire_reader": ACT,
    "restore_reader": ACT,
    "default_reader": ACT,
    "try_reader": ACT,
    "choose_reader": {"POST": [{"reader": "{reader}"}]},
    "runs": READ,
    "new_run": {"GET": [{}, {"estimate": "yes", "question": "governing-law"}], "POST": [COLUMN]},
    "run": {"GET": [{}, {"part": "parts"}]},
    "run_events": READ,
    "cancel_run": ACT,
    "resume_run": ACT,
    "kept_readings": {"GET": [{}, {"part": "brief"}]},
    "keep_reading": {"GET": [{}], "POST": [{"until": PIN}]},
    "release_reading": ACT,
    "let_go_reading": {"GET": [{}], "POST": [{}]},
    "ask": {"GET": [{}], "POST": [{"question": "Who may end it?"}]},
    "ask_events": READ,
    "question_cost": READ,
    "inquiry": READ,
    "cancel_inquiry": ACT,
    "resume_inquiry": ACT,
    "organizations": {"POST": [{"organization": "{organization}"}]},
    "api-matter": READ,
    "api-new-bundle": ACT,
    "api-terms": {"GET": [{}], "POST": [{"of": "matter", "may_teach": True}]},
    "api-read": ACT,
    "api-export-xlsx": READ,
    "api-export-docx": READ,
    "api-bundle": READ,
    "api-documents": {"GET": [{"matter": "{matter}"}, {"bundle": "{bundle}"}]},
    "api-document": READ,
    "api-document-text": READ,
    "api-warnings": READ,
    "api-judge-warning": {"POST": [{"judgement": "suspicious"}]},
    "api-undo-warning": ACT,
    "api-findings": {
        "GET": [{"matter": "{matter}"}, {"document": "{document}"}],
        "POST": [{"document": "{document}", "question": "governing-law", "spans": [{"start": 0, "end": 6}]}],
    },
    "api-finding": READ,
    "api-question": {"GET": [{}], "PATCH": [{"is_active": True}]},
    "api-learned": READ,
    "api-accept": ACT,
    "api-reject": {"POST": [{"reason": "This is another clause."}]},
    "api-edit": {"POST": [{"value": "England"}]},
    "api-undo": ACT,
    "api-verify": ACT,
    "api-flag": ACT,
    "api-backtests": {"GET": [{}], "POST": [{}]},
    "api-backtest": READ,
    "api-compare-backtest": {
        "POST": [
            {"columns": [{"column": 0, "answers": "document"}, {"column": 1, "answers": "governing-law"}]}
        ]
    },
    "api-cancel-backtest": ACT,
    "api-backtest-lines": {"GET": [{}, {"verdict": "differ"}]},
    "api-backtest-xlsx": READ,
    "api-backtest-csv": READ,
    "api-rule": {"POST": [{"ruling": "reader"}]},
    "api-reader": {"GET": [{}], "PATCH": [{"is_default": True}]},
    "api-try-reader": ACT,
    "api-matter-reader": {"GET": [{}], "POST": [{"reader": "{reader}"}]},
    "api-runs": {"GET": [{}], "POST": [{"questions": ["insurance"]}]},
    "api-run-estimate": {"GET": [{}, {"question": "insurance"}]},
    "api-run": READ,
    "api-cancel-run": ACT,
    "api-resume-run": ACT,
    "api-asked": {"GET": [{}], "POST": [{"question": "Who may end it?"}]},
    "api-inquiry": READ,
    "api-cancel-inquiry": ACT,
    "api-resume-inquiry": ACT,
    "api-kept": READ,
    "api-pin-reading": {"POST": [{"until": PIN}]},
    "api-unpin-reading": ACT,
    "api-let-go-reading": ACT,
    "api-comments": {"GET": [{}], "POST": [{"body": "Look again."}]},
}

# What must have been done before the example of a route changes anything.
FIRST: dict[str, tuple[str, ...]] = {
    "remove_person": ("add_person",),
    "lift_wall": ("build_wall",),
    "undo_decision": ("accept_finding",),
    "verify_finding": ("accept_finding",),
    "restore_question": ("retire_question",),
    "restore_reader": ("retire_reader",),
    "default_reader": ("retire_reader", "restore_reader"),
    "cancel_backtest": ("compare_backtest",),
    "new_run": ("cancel_run",),
    "resume_run": ("cancel_run",),
    "resume_inquiry": ("cancel_inquiry",),
    "api-resume-run": ("cancel_run",),
    "api-resume-inquiry": ("cancel_inquiry",),
    "api-runs": ("cancel_run",),
    "api-cancel-backtest": ("compare_backtest",),
    "api-undo": ("accept_finding",),
    "release_reading": ("keep_reading",),
    "api-unpin-reading": ("api-pin-reading",),
    "undo_family": ("part_family",),
    "undo_warning": ("judge_warning",),
    "api-undo-warning": ("judge_warning",),
    "api-verify": ("accept_finding",),
}

# Routes that take no id of anybody's, each with its reason.
WITHOUT_IDS: dict[str, str] = {
    "healthz": "tells whether the service runs, before anybody signs in",
    "matters": "lists the person's own matters",
    "new_matter": "opens a matter of one's own",
    "jobs": "lists what runs in the person's own matters",
    "api-matters": "lists and opens the person's own matters",
    "api-questions": "lists and adds the questions of the key's firm",
    "questions": "lists the questions of the person's firm",
    "new_question": "adds a question to the person's firm",
    "readers": "lists the readers of the person's firm",
    "new_reader": "adds a reader to the person's firm",
    "api-readers": "lists and adds the readers of the key's firm",
    "api-reading-budget": "tells and sets what the readings of the administrator's own firm may take",
    "reading_budget": "sets what the readings of the administrator's own firm may take",
    "measures": "measures the firm's questions on the administrator's own matters",
    "decide_use": "takes the key of a question, and every firm has the same clause types",
    "api-measures": "measures the firm's questions on the administrator's own matters",
    "api-decide-use": "takes the key of a question, and every firm has the same clause types",
    "api-schema": "the description of the API, the same for everybody",
    "api-docs": "the description of the API, the same for everybody",
    "api-unknown": "the answer where no endpoint is",
}
SIGN_IN = "accounts/"  # everything below it is allauth's: of the person who asks and nobody else


def all_routes() -> Iterator[tuple[str, URLPattern]]:
    """Every route with the whole of its address."""
    return _below(get_resolver().url_patterns, "")


def route_named(name: str) -> URLPattern:
    return next(pattern for _, pattern in all_routes() if pattern.name == name)


def _below(patterns: list[Any], before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield address, pattern
        else:
            yield from _below(pattern.url_patterns, address)

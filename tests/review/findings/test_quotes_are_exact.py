"""The database itself refuses a quote that differs from its source, and a finding that has none."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError

from review.accounts.models import User
from review.documents.models import Document
from review.findings.models import Evidence, Finding, MachineState, Origin
from review.playbooks.models import Question
from tests.cast import AGREEMENT, GOVERNING_LAW, as_job, as_person, deliver, open_delivery

START = AGREEMENT.index(GOVERNING_LAW)
END = START + len(GOVERNING_LAW)


@pytest.fixture
def store(ben: User, document: Document, question: Question) -> Callable[..., Finding]:
    """`store(start, end, quote)` stores a finding of ben's with this evidence, and commits."""

    def store(start: int, end: int, quote: str, **changed: Any) -> Finding:
        with as_person(ben):
            place = {"organization_id": document.organization_id, "matter_id": document.matter_id}
            finding = Finding.objects.create(
                **place,
                document=document,
                text=document.text,
                question=question,
                origin=Origin.PERSON,
                added_by=ben,
                state=MachineState.FOUND,
            )
            text = changed.get("text", document.text)
            Evidence.objects.create(
                **place, finding=finding, text=text, ordinal=1, start=start, end=end, quote=quote
            )
        return finding

    return store


def test_an_exact_quote_is_stored(store: Callable[..., Finding]) -> None:
    assert store(START, END, GOVERNING_LAW).pk


@pytest.mark.parametrize(
    ("start", "end", "quote"),
    [
        (START, END, GOVERNING_LAW.replace("is governed", "is not governed")),
        (START, END, GOVERNING_LAW.replace("This", "this")),
        (START, END, GOVERNING_LAW[:-1]),
        (START, END, GOVERNING_LAW + " "),
        (START, END, "This Agreement ... England and Wales."),
        (START + 1, END + 1, GOVERNING_LAW),
        (START, END - 1, GOVERNING_LAW),
        (len(AGREEMENT), len(AGREEMENT) + 5, "words"),
        (len(AGREEMENT) - 5, len(AGREEMENT) + 5, AGREEMENT[-5:] + "more."),
        (len(AGREEMENT) - 5, len(AGREEMENT) + 5, AGREEMENT[-5:]),
        (len(AGREEMENT) + 10, len(AGREEMENT) + 20, ""),
    ],
)
def test_a_changed_quote_or_one_from_elsewhere_is_refused(
    store: Callable[..., Finding], document: Document, start: int, end: int, quote: str
) -> None:
    with pytest.raises(IntegrityError):
        store(start, end, quote)
    _assert_nothing_was_stored(document)


def test_a_quote_of_another_text_does_not_support_the_finding(
    store: Callable[..., Finding], document: Document, ada: User, bundle: Any
) -> None:
    copy = deliver(bundle, ada, name="Copy.txt", content=AGREEMENT + "Signed.\n")
    with pytest.raises(IntegrityError, match="without evidence cannot be stored as found"):
        store(START, END, GOVERNING_LAW, text=copy.text)
    _assert_nothing_was_stored(document)


def test_offsets_are_code_points_beyond_the_basic_plane_too(ada: User, matter: Any) -> None:
    content = "§ 1. The price is 𝟏𝟎𝟎 € — payable in Zürich.\n"
    document = deliver(open_delivery(matter, ada, name="Two"), ada, name="Price.txt", content=content)
    with as_person(ada):
        finding = Finding.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            document=document,
            text=document.text,
            question=Question.objects.first(),
            origin=Origin.PERSON,
            added_by=ada,
            state=MachineState.FOUND,
        )
        start = content.index("€ — payable")
        Evidence.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            finding=finding,
            text=document.text,
            ordinal=1,
            start=start,
            end=start + 11,
            quote="€ — payable",
        )


@pytest.mark.parametrize("state", [MachineState.NOT_FOUND, MachineState.UNCLEAR])
def test_not_found_needs_no_quote(
    ben: User, document: Document, question: Question, state: MachineState
) -> None:
    with as_person(ben):
        assert _without_evidence(ben, document, question, state).pk


def test_found_without_a_quote_is_refused_when_it_is_to_be_kept(
    ben: User, document: Document, question: Question
) -> None:
    def store() -> None:
        with as_person(ben):
            _without_evidence(ben, document, question, MachineState.FOUND)

    with pytest.raises(IntegrityError, match="without evidence cannot be stored as found"):
        store()
    _assert_nothing_was_stored(document)


def test_what_was_found_and_quoted_cannot_be_changed_afterwards(ben: User, finding: Finding) -> None:
    for change in (
        lambda: Finding.objects.filter(pk=finding.pk).update(state=MachineState.NOT_FOUND),
        lambda: Finding.objects.filter(pk=finding.pk).delete(),
        lambda: Evidence.objects.filter(finding=finding).update(quote="Something else."),
        lambda: Evidence.objects.filter(finding=finding).delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            _as(ben, change)


def _without_evidence(ben: User, document: Document, question: Question, state: MachineState) -> Finding:
    return Finding.objects.create(
        organization_id=document.organization_id,
        matter_id=document.matter_id,
        document=document,
        text=document.text,
        question=question,
        origin=Origin.PERSON,
        added_by=ben,
        state=state,
    )


def _as(person: User, change: Callable[[], object]) -> None:
    with as_person(person):
        change()


def _assert_nothing_was_stored(document: Document) -> None:
    with as_job(document):
        assert not Evidence.objects.exists()
        assert not Finding.objects.exists()

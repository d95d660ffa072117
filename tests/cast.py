"""The cast: ada leads the matter, ben reviews on it, cleo is of the firm but behind the wall, dan is of another firm.

Every test gets fresh firms, made and committed through the real services.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from review.ids import uuid7

if TYPE_CHECKING:
    from django.test import Client as Browser
    from rest_framework.test import APIClient

    from review.accounts.models import User
    from review.documents.character_map import Word
    from review.documents.models import Bundle, Document, DocumentWarning
    from review.findings.models import Finding
    from review.intake.parsing.types import ParsedDocument
    from review.matters.models import Matter, MatterModel
    from review.measurement.models import BackTest
    from review.playbooks.models import Question
    from review.tenancy.context import Context
    from review.tenancy.models import Organization

PASSWORD = "correct horse battery staple"

AGREEMENT = """\
SUPPLY AGREEMENT

This Agreement is made on 3 March 2021 between Northwind Mills Limited and Harrow Foods plc.

1. Term. This Agreement continues for three years from its date.
2. Governing law. This Agreement is governed by the laws of England and Wales.
3. Assignment. Neither party may assign this Agreement without the prior written consent of the other.
4. Liability. The liability of each party is limited to one million pounds.
"""
GOVERNING_LAW = "This Agreement is governed by the laws of England and Wales."

STEP_IN = "Whether the customer may step in and perform the services itself when the supplier fails."

LEASE = """\
LEASE OF WAREHOUSE

1. Term. The term is ten years from 1 June 2019.
2. Governing law. This Lease is governed by the law of Scotland.
"""
SCOTTISH_LAW = "This Lease is governed by the law of Scotland."


def new_person(name: str, *, password: str | None = None) -> "User":
    """A person of no firm, with an e-mail address nobody else has."""
    from review.accounts.models import User

    return User.objects.create_user(f"{name.lower()}-{uuid7().hex[-12:]}@example.test", name, password)


def open_firm(name: str, administrator: "User", *others: "User") -> "Organization":
    """A firm with its questions; the others are plain members of it."""
    from review.playbooks.services import seed_questions
    from review.tenancy.context import in_context
    from review.tenancy.models import Membership, Role
    from review.tenancy.services import create_organization

    firm = create_organization(name, administrator=administrator, organization_id=uuid7())
    with in_context(firm.pk):
        seed_questions(firm.pk)
        for person in others:
            Membership.objects.create(organization=firm, user=person, role=Role.MEMBER)
    return firm


def open_matter(firm: "Organization", lead: "User", *, name: str, number: str) -> "Matter":
    """A matter of a new client, led by `lead`."""
    from review.matters.services import create_client, create_matter
    from review.tenancy.context import in_context

    with in_context(firm.pk, user=lead.pk):
        client = create_client(
            name=f"Client of {name}", number=f"C-{number}", by=lead, organization_id=firm.pk
        )
        return create_matter(client, name=name, number=number, by=lead)


def open_delivery(matter: "Matter", by: "User", *, name: str = "First delivery") -> "Bundle":
    from review.intake.services import open_bundle
    from review.tenancy.context import in_context

    with in_context(matter.organization_id, user=by.pk):
        return open_bundle(matter, name=name, source="upload", by=by)


def deliver(bundle: "Bundle", by: "User", *, name: str, content: str) -> "Document":
    """A document whose text is `content`, character for character, with its page and its character map.

    Its bytes are accepted as an upload; what the parsing child would bring back is written here, so that the
    offsets in a test can be read off the text above.
    """
    from review.documents.models import Document, DocumentText, Page
    from review.intake.read_file import store_text
    from review.intake.services import accept_stream
    from review.jobs.models import Job, JobState
    from review.tenancy.context import in_context

    with in_context(bundle.organization_id, user=by.pk):
        document = accept_stream(bundle, path=f"Contracts/{name}", chunks=[content.encode()], by=by)
        text = store_text(document, parsed(content), None)
        Job.objects.filter(document=document).update(state=JobState.DONE, settled=True)
        assert DocumentText.objects.get(pk=text.pk).content == content
        assert Page.objects.filter(text=text).count() == 1
        return Document.objects.select_related("text").get(pk=document.pk)


def parsed(content: str) -> "ParsedDocument":
    """What the parsing child brings back for a page of typewritten lines: every character 6 points wide, 12 high."""
    from review.documents.character_map import pack
    from review.intake.parsing.types import ParsedDocument, ParsedPage

    page = ParsedPage(
        number=1,
        start=0,
        end=len(content),
        width=612.0,
        height=792.0,
        rotation=0,
        character_map=pack(words_of(content), 0),
    )
    return ParsedDocument(kind="txt", content=content, pages=(page,), language="en")


def words_of(content: str) -> list["Word"]:
    """Each word with its code points and its box in PDF points from the top left."""
    from review.documents.character_map import Word

    words, offset = [], 0
    for row, line in enumerate(content.splitlines(keepends=True)):
        for found in re.finditer(r"\S+", line):
            left, right, top = 36.0 + 6 * found.start(), 36.0 + 6 * found.end(), 36.0 + 14 * row
            words.append(Word(offset + found.start(), offset + found.end(), left, top, right, top + 12, row))
        offset += len(line)
    return words


def find(
    document: "Document",
    question_key: str,
    quote: str | None,
    *,
    state: str = "found",
    score: float = 0.91,
    value: object = None,
    is_quiet: bool = True,
) -> "Finding":
    """What the machine found about one question: `quote` is looked up in the text, None is not found."""
    from review.engine import Answered, Passage
    from review.findings.models import Finding, ReviewRun
    from review.findings.reading import store_answers
    from review.playbooks.models import Question
    from review.tenancy.context import in_context

    with in_context(document.organization_id, matter=document.matter_id):
        text = document.text
        assert text is not None
        question = Question.objects.get(key=question_key)
        run = ReviewRun.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            recipe_hash=hashlib.sha256(uuid7().bytes).hexdigest(),
            reader="compact",
            reader_fingerprint="weights:code",
            question_ids=[str(question.pk)],
        )
        passages = ()
        if quote is not None:
            start = text.content.index(quote)
            passages = (Passage(start, start + len(quote), quote, score, is_quiet),)
        answer = Answered(
            question_id=str(question.pk),
            state=state if quote is not None else "not_found",
            score=score,
            value=value,
            passages=passages,
            nearest=(),
            characters_read=len(text.content),
            characters_total=len(text.content),
        )
        store_answers({str(question.pk): run}, text, {str(question.pk): question}, [answer])
        return Finding.objects.select_related("document", "question", "text").get(run=run)


def warn(document: "Document", quote: str, *, kind: str = "addresses_machine") -> "DocumentWarning":
    """What intake warned of in a document: `quote` is looked up in its text."""
    from review.documents.models import DocumentWarning
    from review.tenancy.context import in_context

    with in_context(document.organization_id, matter=document.matter_id):
        assert document.text is not None
        start = document.text.content.index(quote)
        return DocumentWarning.objects.create(
            organization_id=document.organization_id,
            matter_id=document.matter_id,
            document=document,
            text=document.text,
            kind=kind,
            page=1,
            start=start,
            end=start + len(quote),
            quote=quote,
        )


def own_question(
    by: "User", *, name: str = "Step-in rights", definition: str = STEP_IN, examples: tuple[str, ...] = ()
) -> "Question":
    """A question of the firm's own, added by this person."""
    from review.playbooks.services import Wording, add_question

    with as_person(by) as context:
        assert context.organization is not None
        wording = Wording.of(name, definition, "text", examples)
        return add_question(wording, by=by, organization_id=context.organization)


def back_test(
    matter: "Matter",
    by: "User",
    rows: list[list[str]],
    *,
    name: str = "Review of 2021.csv",
    **mapping: object,
) -> "BackTest":
    """A back-test whose spreadsheet has been read and compared, its columns taken as they were guessed."""
    from review.measurement.models import BackTest
    from tests.workers import work_off

    backtest = spreadsheet(matter, by, rows, name=name)
    compare_as_guessed(backtest, by, **mapping)
    work_off(matter, "compare")
    with as_person(by, matter.organization_id):
        return BackTest.objects.select_related("matter").get(pk=backtest.pk)


def spreadsheet(
    matter: "Matter", by: "User", rows: list[list[str]], *, name: str = "Review of 2021.csv"
) -> "BackTest":
    """A back-test whose spreadsheet has been read; nobody has said yet what its columns are."""
    from review.measurement.models import BackTest
    from review.measurement.services import open_backtest
    from tests.workers import work_off

    content = as_csv(rows)
    with as_person(by, matter.organization_id):
        backtest = open_backtest(matter, name=name, size=len(content), chunks=[content], by=by)
    work_off(matter, "sheet")
    with as_person(by, matter.organization_id):
        return BackTest.objects.select_related("matter").get(pk=backtest.pk)


def compare_as_guessed(
    backtest: "BackTest", by: "User", *, nothing: str = "n/a, none", empty_is_nothing: bool = True
) -> None:
    """Make the comparison due, with the columns as they were guessed."""
    from review.measurement.mapping import checked
    from review.measurement.selectors import extents_of, sheets_of, view_of
    from review.measurement.services import start_comparison
    from review.playbooks.selectors import active_questions

    with as_person(by, backtest.organization_id):
        sheets = sheets_of(backtest)
        view = view_of(sheets[0])
        mapping = checked(
            sheets=extents_of(sheets),
            sheet=1,
            heading_row=view.heading_row,
            chosen=[(column.at, column.is_, column.meaning) for column in view.columns],
            nothing=nothing,
            empty_is_nothing=empty_is_nothing,
            questions=active_questions(),
        )
        start_comparison(backtest, mapping=mapping, by=by)


def as_csv(rows: list[list[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def as_person(person: "User", firm: "Organization | UUID | None" = None) -> "AbstractContextManager[Context]":
    """Run as this person in their firm (the first they belong to, unless one is named)."""
    from review.tenancy.access import organizations_of
    from review.tenancy.context import in_context

    if firm is None:
        with in_context(user=person.pk):
            firm = organizations_of(person)[0]
    return in_context(firm if isinstance(firm, UUID) else firm.pk, user=person.pk)


def as_job(behind: "Matter | MatterModel") -> "AbstractContextManager[Context]":
    """Run as a worker does that has a job of this matter, or of the matter that this row lies in."""
    from review.tenancy.context import in_context

    return in_context(behind.organization_id, matter=getattr(behind, "matter_id", behind.pk))


def browser_of(person: "User") -> "Browser":
    """A browser in which this person is signed in."""
    from django.test import Client as Browser

    browser = Browser()
    browser.force_login(person)
    return browser


def program_of(person: "User") -> "APIClient":
    """A client of the API with a key of this person's first firm."""
    from rest_framework.test import APIClient

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key_of(person)}")
    return client


def key_of(person: "User") -> str:
    """A key for programs, of this person's first firm."""
    from review.tenancy.access import organizations_of
    from review.tenancy.context import in_context
    from review.tenancy.tokens import create_token

    with in_context(user=person.pk):
        firm = organizations_of(person)[0]
    with in_context(firm.pk, user=person.pk):
        return create_token(person, firm.pk, name="tests")


# --- Fixtures: people ------------------------------------------------------------------------------


@pytest.fixture
def ada() -> "User":
    """Administrator of the firm; leads the matter."""
    return new_person("Ada", password=None)


@pytest.fixture
def ben() -> "User":
    """Reviews on the matter."""
    return new_person("Ben")


@pytest.fixture
def cleo() -> "User":
    """Of the firm, and kept from the matter by a wall."""
    return new_person("Cleo")


@pytest.fixture
def dan() -> "User":
    """Of another firm, where he leads a matter of his own."""
    return new_person("Dan")


@pytest.fixture
def organization(ada: "User", ben: "User", cleo: "User") -> "Organization":
    return open_firm("Marlowe & Finch LLP", ada, ben, cleo)


@pytest.fixture
def other_organization(dan: "User") -> "Organization":
    return open_firm("Quill Partners", dan)


# --- Fixtures: the matter and what lies behind its wall ---------------------------------------------


@pytest.fixture
def matter(organization: "Organization", ada: "User", ben: "User", cleo: "User") -> "Matter":
    from review.matters.models import MatterRole
    from review.matters.services import add_member, exclude

    matter = open_matter(organization, ada, name="Project Harrow", number="10023-0007")
    with as_person(ada, organization):
        add_member(matter, ben, role=MatterRole.REVIEWER, by=ada)
        exclude(matter, cleo, reason="Acted for the seller.", by=ada)
    return matter


@pytest.fixture
def other_matter(other_organization: "Organization", dan: "User") -> "Matter":
    return open_matter(other_organization, dan, name="Project Firth", number="555-1")


@pytest.fixture
def bundle(matter: "Matter", ada: "User") -> "Bundle":
    return open_delivery(matter, ada)


@pytest.fixture
def document(bundle: "Bundle", ada: "User") -> "Document":
    """The supply agreement, ready, with its text, its page and its character map."""
    return deliver(bundle, ada, name="Supply agreement.txt", content=AGREEMENT)


@pytest.fixture
def other_document(other_matter: "Matter", dan: "User") -> "Document":
    """Dan's lease, in his own firm."""
    return deliver(open_delivery(other_matter, dan), dan, name="Lease.txt", content=LEASE)


@pytest.fixture
def finding(document: "Document") -> "Finding":
    """Governing law, found in the supply agreement with its quote."""
    return find(document, "governing-law", GOVERNING_LAW)


@pytest.fixture
def other_finding(other_document: "Document") -> "Finding":
    return find(other_document, "governing-law", SCOTTISH_LAW)


@pytest.fixture
def question(organization: "Organization", ada: "User") -> "Question":
    """The question about governing law, of the firm."""
    from review.playbooks.models import Question

    with as_person(ada, organization):
        return Question.objects.get(key="governing-law")


# --- Fixtures: how they come in ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def style_sheets() -> None:
    """Pages name style sheets and scripts by their hash, so they must have been collected."""
    from django.core.management import call_command

    call_command("collectstatic", verbosity=0, interactive=False)


@pytest.fixture
def browser(style_sheets: None) -> Callable[["User"], "Browser"]:
    """`browser(ada)` is a browser in which ada is signed in."""
    return browser_of


@pytest.fixture
def ada_browser(style_sheets: None, organization: "Organization", ada: "User") -> "Browser":
    return browser_of(ada)


@pytest.fixture
def ben_browser(style_sheets: None, organization: "Organization", ben: "User") -> "Browser":
    return browser_of(ben)


@pytest.fixture
def cleo_browser(style_sheets: None, organization: "Organization", cleo: "User") -> "Browser":
    return browser_of(cleo)


@pytest.fixture
def dan_browser(style_sheets: None, other_organization: "Organization", dan: "User") -> "Browser":
    return browser_of(dan)


@pytest.fixture
def ada_api(organization: "Organization", ada: "User") -> "APIClient":
    return program_of(ada)


@pytest.fixture
def ben_api(organization: "Organization", ben: "User") -> "APIClient":
    return program_of(ben)


@pytest.fixture
def cleo_api(organization: "Organization", cleo: "User") -> "APIClient":
    return program_of(cleo)


@pytest.fixture
def dan_api(other_organization: "Organization", dan: "User") -> "APIClient":
    return program_of(dan)

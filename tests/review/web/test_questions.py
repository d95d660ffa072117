"""The questions of the firm in the browser, and what the grid and the drawer say of its own ones."""

from typing import Any

import pytest
from django.test import Client as Browser

from review.accounts.models import User
from review.documents.models import Document, ReadingState
from review.findings.models import LearnedHead
from review.findings.reading import read_matter
from review.jobs.models import Job, JobState
from review.matters.models import AiTerms, Matter
from review.matters.services import record_ai_terms
from review.playbooks.models import Question
from tests.cast import AGREEMENT, as_job, as_person, deliver, find, own_question
from tests.readers import tiny_reader
from tests.workers import work_off

ASSIGNING = {
    "name": "Assigning",
    "definition": "Whether a party may assign this Agreement without consent.",
    "answer_type": "text",
}


def read(by: User, matter: Matter) -> None:
    with as_person(by):
        read_matter(Matter.objects.get(pk=matter.pk), by=by)
    work_off(matter, "read")


def drawer(browser: Browser, matter: Matter, document: Document, key: str) -> str:
    return browser.get(f"/matters/{matter.pk}/cells/{document.pk}/{key}/").content.decode()


def test_ada_adds_a_column_from_the_grid_and_its_documents_are_asked(
    ada_browser: Browser, matter: Matter, document: Document
) -> None:
    form = ada_browser.get(f"/matters/{matter.pk}/questions/new/").content.decode()
    assert "Add it and ask 1 document" in form
    sent = ada_browser.post(f"/matters/{matter.pk}/questions/new/", {**ASSIGNING, "read": "yes"}, follow=True)
    page = sent.content.decode()
    assert "The column Assigning was added. One document will be asked." in page
    assert 'data-question="assigning"' in page
    work_off(matter, "read")
    said = drawer(ada_browser, matter, document, "assigning")
    assert "Neither party may assign this Agreement" in said
    assert "It is not a chance to be right" in said
    assert "Likeness 0." in said


def test_where_a_reader_reads_whole_case_files_the_page_says_who_answers_and_leads_to_what_it_takes(
    ada_browser: Browser, ada: User, matter: Matter, document: Document
) -> None:
    tiny_reader(ada, name="Long reader")
    address = f"/matters/{matter.pk}/questions/new/"
    form = ada_browser.get(address).content.decode()
    assert "Long reader reads this matter whole, and answers the question in a run" in form
    assert "Add it and ask 1 document by likeness" in form
    page = ada_browser.post(address, {**ASSIGNING, "read": "whole"}, follow=True).content.decode()
    assert "The column Assigning was added." in page
    assert "What it would take" in page
    assert "1 question</strong>" in page
    with as_job(matter):
        assert not Job.objects.exclude(state=JobState.DONE).exists()  # nothing is asked before it was started


def test_where_the_terms_keep_that_reader_out_the_page_does_not_speak_of_it(
    ada_browser: Browser, ada: User, matter: Matter, document: Document
) -> None:
    tiny_reader(ada, name="Long reader")
    with as_person(ada):
        record_ai_terms(Matter.objects.get(pk=matter.pk), AiTerms.COMPACT_ONLY, by=ada)
    form = ada_browser.get(f"/matters/{matter.pk}/questions/new/").content.decode()
    assert "Long reader" not in form
    assert "No reader was trained on it: it is answered by likeness" in form


def test_only_added_it_waits_and_the_grid_says_what_asking_costs(
    ada_browser: Browser, ada: User, matter: Matter, document: Document
) -> None:
    read(ada, matter)
    ada_browser.post(f"/matters/{matter.pk}/questions/new/", ASSIGNING)
    page = ada_browser.get(f"/matters/{matter.pk}/grid/").content.decode()
    assert "Assigning: not asked of 1 document in the present words." in page
    asked = ada_browser.post(f"/matters/{matter.pk}/read/", {"next": f"/matters/{matter.pk}/grid/"})
    assert asked.headers["Location"] == f"/matters/{matter.pk}/grid/"
    work_off(matter, "read")
    assert "not asked of" not in ada_browser.get(f"/matters/{matter.pk}/grid/").content.decode()


def test_where_the_terms_forbid_reading_the_column_is_added_and_that_is_said(
    ada_browser: Browser, ada: User, matter: Matter, document: Document
) -> None:
    with as_person(ada):
        record_ai_terms(Matter.objects.get(pk=matter.pk), AiTerms.FORBIDDEN, by=ada)
    sent = {**ASSIGNING, "read": "yes"}
    page = ada_browser.post(f"/matters/{matter.pk}/questions/new/", sent, follow=True).content.decode()
    assert "The column Assigning was added. The AI terms of this client or matter do not allow" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Give the question a name."),
        ({"definition": ""}, "Say what is looked for."),
        ({"name": "governing law"}, "There is already a question called governing law."),
        ({"answer_type": "novel"}, "Choose one of the kinds of answers."),
    ],
)
def test_a_bad_question_comes_back_with_the_reason_and_its_words(
    ada_browser: Browser, organization: Any, wrong: dict[str, str], sentence: str
) -> None:
    sent = {**ASSIGNING, "example_1": "It may be assigned to a buyer.", **wrong}
    answer = ada_browser.post("/questions/new/", sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "It may be assigned to a buyer." in answer.content.decode()


def test_other_words_are_saved_and_the_cells_read_before_are_stale(
    ada_browser: Browser, ada: User, matter: Matter, document: Document
) -> None:
    own = own_question(ada, name="Assigning", definition=ASSIGNING["definition"])
    read(ada, matter)
    assert "is-stale" not in ada_browser.get(f"/matters/{matter.pk}/grid/").content.decode()
    sent = {**ASSIGNING, "definition": "Whether rights pass to a buyer."}
    page = ada_browser.post(f"/questions/{own.pk}/", sent, follow=True).content.decode()
    assert "is marked stale" in page
    assert "Asked of 0 of 1 document" in page
    assert "is-stale" in ada_browser.get(f"/matters/{matter.pk}/grid/").content.decode()
    assert "Stale: the question has been changed" in drawer(ada_browser, matter, document, own.key)


def test_the_list_moves_retires_and_restores_without_scripts(
    ada_browser: Browser, ada: User, organization: Any
) -> None:
    own = own_question(ada)
    moved = ada_browser.post(f"/questions/{own.pk}/move/", {"way": "up"}, follow=True).content.decode()
    assert 'aria-label="Move Step-in rights up" autofocus' in moved
    assert moved.index("Step-in rights") < moved.index("Third Party Beneficiary")
    retired = ada_browser.post(f"/questions/{own.pk}/retire/", follow=True).content.decode()
    assert "Step-in rights is retired." in retired
    assert "Restore<span" in retired
    assert (
        "is a column again" in ada_browser.post(f"/questions/{own.pk}/restore/", follow=True).content.decode()
    )


def test_ben_sees_the_list_and_may_not_change_it(ben_browser: Browser, ada: User, matter: Matter) -> None:
    own = own_question(ada)
    page = ben_browser.get("/questions/").content.decode()
    assert "Step-in rights" in page
    assert "Retire" not in page
    assert ben_browser.get("/questions/new/").status_code == 403
    assert ben_browser.post(f"/questions/{own.pk}/retire/").status_code == 403


def test_what_a_matter_learned_is_told_there_and_to_nobody_else(
    ada_browser: Browser, cleo_browser: Browser, ada: User, matter: Matter, document: Document
) -> None:
    own = own_question(ada)
    with as_job(matter):
        LearnedHead.objects.create(
            organization_id=matter.organization_id, matter=matter, question=own, edition=1, accepted=14, rejected=9,
            right=14, wrong=30, is_kept=True, reason="", made_by="x", content={"made_by": "x"},
            figures={"with_head": {"aupr": 0.91, "log_loss": 0.3}, "zero_shot": {"aupr": 0.62, "log_loss": 0.6}},
        )  # fmt: skip
    told = ada_browser.get(f"/questions/{own.pk}/").content.decode()
    assert "Learned from 14 accepted and 9 rejected findings of this matter." in told
    assert "precision and recall 0.91, by likeness 0.62" in told
    hidden = cleo_browser.get(f"/questions/{own.pk}/").content.decode()
    assert "Learned from" not in hidden
    assert "Project Harrow" not in hidden


def test_not_found_says_what_was_read_the_nearest_passages_with_scores_and_how_often_that_is_wrong(
    ada_browser: Browser, ada: User, matter: Matter, document: Document
) -> None:
    read(ada, matter)
    said = drawer(ada_browser, matter, document, "source-code-escrow")
    assert f"All of it was read: {len(AGREEMENT)} characters." in said
    assert said.count('<span class="number">Chance 0') == 3
    assert "of the contracts that it answered so did have the clause" in said


def test_a_document_in_another_language_says_so_in_every_cell_of_its_row(
    ada_browser: Browser, ada: User, matter: Matter, document: Document
) -> None:
    with as_person(ada):
        Document.objects.filter(pk=document.pk).update(language="de")
    read(ada, matter)
    own_question(ada)
    with as_person(ada):
        document.refresh_from_db()
        assert document.reading == ReadingState.NOT_READABLE
        columns = Question.objects.filter(is_active=True).count()
    page = ada_browser.get(f"/matters/{matter.pk}/grid/?columns=all").content.decode()
    assert page.count('tabindex="-1">Not readable</a>') == columns == 42


def test_an_answer_to_a_clause_type_is_not_stale_because_its_run_is_old(
    ada_browser: Browser, matter: Matter, document: Document
) -> None:
    find(document, "governing-law", "This Agreement is governed by the laws of England and Wales.")
    assert "is-stale" not in ada_browser.get(f"/matters/{matter.pk}/grid/").content.decode()


def test_a_read_document_offers_nothing_of_a_column_that_has_not_been_asked(
    ada_browser: Browser, ada: User, matter: Matter, document: Document, bundle: Any
) -> None:
    read(ada, matter)
    own = own_question(ada)
    deliver(bundle, ada, name="More.txt", content=AGREEMENT.replace("Harrow", "Barrow"))
    assert "This question has not been answered for this document yet." in drawer(
        ada_browser, matter, document, own.key
    )

"""A matter larger than the window is read family by family, masters first; a family that does not fit by document."""

import pytest

from review import engine
from review.documents.families import join_family, part_family
from review.documents.models import Document
from review.matters.models import Matter
from review.readings.models import CaseFile, CasePart, PartState
from review.readings.services import start_run
from review.readings.units import FILLED, keep_case_files, plan_of, texts_of
from tests.cast import LEASE, as_person, deliver
from tests.readers import tiny_reader
from tests.review.documents.test_families import AMENDMENT, MASTER
from tests.workers import work_off


@pytest.fixture
def documents(bundle, ada):
    """Delivered so that by path the amendment comes before its master and the lease between them."""
    texts = {"a amendment": AMENDMENT, "b lease": LEASE, "c master": MASTER}
    return {
        name[2:]: deliver(bundle, ada, name=f"{name}.txt", content=words) for name, words in texts.items()
    }


def tokens_of(*documents: Document) -> int:
    """About as many as a reader without a tokenizer is thought to need."""
    characters = sum(len(each.text.content) for each in documents)
    return engine.count_tokens(reader(None), [], characters).tokens


def reader(window: int | None) -> engine.ReaderSpec:
    return engine.ReaderSpec(kind="remote", name="Server", model="x", window=window)


def names(matter: Matter, tokens: int) -> list[list[str]]:
    """The names of what is read together where a window has room for so many tokens."""
    units = plan_of(matter, reader(round(tokens / FILLED) + 2)).units
    return [[piece.name[2:-4] for piece in unit.pieces] for unit in units]


def test_the_unit_follows_the_window(documents, matter, ada):
    family = (documents["amendment"], documents["master"])
    with as_person(ada):
        assert names(matter, tokens_of(*documents.values())) == [["master", "amendment", "lease"]]
        assert names(matter, tokens_of(*family)) == [["master", "amendment"], ["lease"]]
        assert names(matter, tokens_of(family[0])) == [["master"], ["amendment"], ["lease"]]


def test_a_person_s_word_changes_what_is_read_together(documents, matter, ada, ben):
    family = (documents["amendment"], documents["master"])
    with as_person(ben):
        part_family(documents["amendment"], by=ben)
        assert names(matter, tokens_of(*family)) == [["amendment"], ["lease"], ["master"]]
        join_family(documents["lease"], documents["master"], by=ben)
        assert names(matter, tokens_of(*family)) == [["amendment"], ["master", "lease"]]


def test_a_mail_stays_beside_its_attachment_and_both_come_after_the_master(documents, matter, ada):
    with as_person(ada):
        mail = documents["lease"]
        Document.objects.filter(pk=mail.pk).update(kind="eml")
        Document.objects.filter(pk=documents["amendment"].pk).update(parent=mail)
        assert names(matter, 10_000) == [["master", "amendment", "lease"]]


def test_a_window_too_small_for_the_matter_plans_each_family_by_itself(documents, matter, ada, columns):
    profile = tiny_reader(ada)
    with as_person(ada):
        found = Matter.objects.select_related("client").get(pk=matter.pk)
        run = start_run(found, profile, columns[:1], by=ada)
    work_off(matter, "read_case")
    with as_person(ada):
        (part,) = CasePart.objects.filter(run=run).select_related("case_file")
        assert part.state == PartState.DONE
        assert [each.text.document.name[2:-4] for each in texts_of(part.case_file)] == [
            "master",
            "amendment",
            "lease",
        ]
        keep_case_files(found, plan_of(found, reader(tokens_of(*documents.values()))).units)
        assert CaseFile.objects.filter(documents=2).count() == 1
        assert Document.objects.count() == 3

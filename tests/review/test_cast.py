"""The bench itself: the cast stands where the other tests say it stands."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from review.accounts.models import User
from review.documents.models import Document
from review.findings.models import Evidence, Finding
from review.matters.access import role_on
from review.matters.models import Matter, MatterRole
from tests.cast import GOVERNING_LAW

AsPerson = Callable[..., AbstractContextManager[Any]]


def test_ada_leads_ben_reviews_and_cleo_is_behind_the_wall(
    ada: User, ben: User, cleo: User, matter: Matter, as_person: AsPerson
) -> None:
    with as_person(ada):
        assert role_on(ada, matter.pk) == MatterRole.LEAD
        assert role_on(ben, matter.pk) == MatterRole.REVIEWER
        assert role_on(cleo, matter.pk) is None
    with as_person(cleo):
        assert not Matter.objects.exists()


def test_dan_sees_his_own_matter_and_no_other(
    dan: User, matter: Matter, other_matter: Matter, as_person: AsPerson
) -> None:
    with as_person(dan):
        assert list(Matter.objects.all()) == [other_matter]


def test_a_quote_is_the_text_at_its_offsets(
    ben: User, document: Document, finding: Finding, as_person: AsPerson
) -> None:
    with as_person(ben):
        quote = Evidence.objects.get(finding=finding)
        assert document.text.content[quote.start : quote.end] == quote.quote == GOVERNING_LAW

"""What workers hold in memory, summed for a firm: told by each, forgotten when it stops, and no other firm's."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from review import engine
from review.accounts.models import User
from review.documents.models import Document
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readers.models import ReaderProfile
from review.readings.kept_readings import kept_readings_of
from review.readings.memory_use import MemoryUse, memory_used_by
from review.readings.models import WorkerMemory
from review.readings.services import start_run
from review.readings.tend_memory import tender
from tests.cast import as_person
from tests.workers import work_off

NOTHING = MemoryUse(0, 0, 0)


@pytest.fixture
def _read(
    matter: Matter, contracts: list[Document], profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    with as_person(ada):
        start_run(Matter.objects.select_related("client").get(pk=matter.pk), profile, columns[:1], by=ada)
    work_off(matter, "read_case")
    tender.tend()


@pytest.mark.usefixtures("_read")
def test_a_worker_tells_the_firm_how_much_it_holds_until_it_lets_go(
    matter: Matter, ada: User, dan: User, other_organization: Any
) -> None:
    with as_person(ada):
        (reading,) = kept_readings_of(matter)
        assert memory_used_by(matter.organization_id) == MemoryUse(1, reading.memory_bytes, 0)
        assert reading.memory_bytes > 0
    with as_person(dan):
        assert memory_used_by(matter.organization_id) == NOTHING
        assert not WorkerMemory.objects.exists()
    engine.close_whole_reader()
    tender.tend()
    with as_person(ada):
        assert memory_used_by(matter.organization_id) == NOTHING


@pytest.mark.usefixtures("_read")
def test_what_a_worker_held_that_stopped_is_counted_no_more(matter: Matter, ada: User) -> None:
    with as_person(ada):
        WorkerMemory.objects.update(worker="another", held_until=timezone.now() - timedelta(seconds=1))
        assert memory_used_by(matter.organization_id) == NOTHING
    tender.tend()
    with as_person(ada):
        assert [each.worker != "another" for each in WorkerMemory.objects.all()] == [True]

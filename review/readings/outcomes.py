"""What becomes of a part that a worker lays down without all its answers: it is over, comes later, or is another's."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from review import engine
from review.jobs.errors import Hopeless, LeaseLost, NotNow
from review.jobs.services import begin, postpone
from review.readers.services import note_problem

from .giving_way import AWAY
from .models import PartState
from .waiting import given_up_sentence, wait_after
from .work_in_hand import Work, note_part


@contextmanager
def outcomes(work: Work) -> Iterator[None]:
    """What the reader says, as what becomes of the job: Hopeless, NotNow or LeaseLost."""
    try:
        yield
    except engine.CalledOff:
        raise LeaseLost from None
    except engine.GaveWay:
        work.say(state=PartState.PENDING)
        raise NotNow(_room_sentence(work), seconds=AWAY) from None
    except engine.CaseTooLong as refusal:
        raise Hopeless(str(refusal)[:500], cause="too_long") from None
    except engine.UnfitReader as refusal:
        with begin(work.job):
            note_problem(work.part.run.profile_id, str(refusal))
        raise Hopeless(str(refusal)[:500], cause="unfit_reader") from None
    except engine.NotThere as missing:
        waits = work.part.waits + 1
        with begin(work.job):
            if missing.of_the_reader:
                note_problem(work.part.run.profile_id, str(missing))
            note_part(work.part.pk, state=PartState.PENDING, waits=waits)
        wait = wait_after(waits, missing.wait)
        if wait is None:
            sentence = given_up_sentence(str(missing), of_the_reader=missing.of_the_reader)
            raise Hopeless(sentence, cause="not_there") from None
        raise NotNow(str(missing)[:500], seconds=wait) from None


def put_back(work: Work, *, gave_way: bool) -> None:
    """Leave a part that had joined another to whoever comes next."""
    with suppress(LeaseLost):
        work.say(state=PartState.PENDING)
        postpone(work.job, _room_sentence(work) if gave_way else "", AWAY if gave_way else 0)


def _room_sentence(work: Work) -> str:
    missing, _ = work.missing()
    return f"Making room for others: {len(work.asked) - len(missing):,} of {len(work.asked):,} answered."

"""What reading a part takes of a device: written to the part as it passes, and paid for by the part's own answers.

What its answers have not paid for stays with the part: a run that is cancelled, fails or is killed halfway has taken
that all the same. So the shares of its answers and the rest are always the seconds that its turns read and restored.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import F

from review.tenancy.context import in_context

from .models import CasePart


class Spending:
    """The seconds of one turn of reading; `saved` tokens are restored before anything is read, 0 where none are."""

    def __init__(self, part: CasePart, *, saved: int) -> None:
        self._part, self._saved = part, saved
        self._begun = self._restored_by = self._heard = time.monotonic()
        self._told_reading = self._told_restoring = 0.0

    @property
    def restoring(self) -> float:
        """Seconds until the last of what is saved had come back."""
        return self._restored_by - self._begun

    def hear(self, done: int) -> None:
        """So many tokens are there by now."""
        self._heard = time.monotonic()
        if done <= self._saved and self._saved:
            self._restored_by = self._heard

    @contextmanager
    def told_if_broken_off(self, *by_us: type[Exception]) -> Iterator[None]:
        """Whatever ends it inside, what it took is written down: until now where it was broken off `by_us`."""
        try:
            yield
        except BaseException as why:
            if isinstance(why, by_us):
                self._heard = time.monotonic()  # the device was at it until then; a server may have been gone
            self.tell()
            raise

    def tell(self) -> None:
        """Write down what was taken until it was last heard of."""
        self._write(self._heard - self._restored_by, self.restoring)

    def tell_in_all(self, *, reading: float, restoring: float) -> None:
        """Write down what this turn took, as its reader measured it."""
        self._write(reading, restoring)

    def _write(self, reading: float, restoring: float) -> None:
        """A fact, whoever has the job by now, and also where the part was cancelled."""
        read, restored = reading - self._told_reading, restoring - self._told_restoring
        self._told_reading, self._told_restoring = reading, restoring
        profile = self._part.run.profile
        with in_context(self._part.organization_id, matter=self._part.matter_id):
            CasePart.objects.filter(pk=self._part.pk).update(
                prefill_seconds=F("prefill_seconds") + read,
                restore_seconds=F("restore_seconds") + restored,
                unpaid_seconds=F("unpaid_seconds") + read + restored,
                price_minor=profile.price_minor,
                currency=profile.currency,
            )


def pay_a_share(part: CasePart, *, among: int) -> float:
    """One answer's share of what its part's reading took, where so many are still to come, itself among them.

    Called in the transaction that stores the answer.
    """
    unpaid = CasePart.objects.values_list("unpaid_seconds", flat=True).get(pk=part.pk)
    share = float(unpaid) / among
    if share:
        CasePart.objects.filter(pk=part.pk).update(unpaid_seconds=F("unpaid_seconds") - share)
    return share

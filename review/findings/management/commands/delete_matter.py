from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from review.accounts.models import User
from review.errors import ReviewError
from review.findings.delete_matter import delete_matter, may_delete
from review.matters.by_name import matter_numbered, organization_named


class Command(BaseCommand):
    help = (
        "Deletes a matter for good, for an administrator of its firm: rows, files, readings, and what it taught other"
        " matters."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="name or id of the firm")
        parser.add_argument("--matter", required=True, help="client-matter number or id")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the administrator who asks for it")
        parser.add_argument("--yes", action="store_true", help="do it; without it nothing is deleted")

    def handle(self, *args: Any, **options: Any) -> None:
        organization_id = organization_named(options["organization"])
        matter_id = matter_numbered(options["matter"], organization_id)
        by = User.objects.filter(email__iexact=options["by"]).first()
        if by is None:
            raise CommandError(f"There is no person with the address {options['by']}.")
        try:
            if not options["yes"]:
                may_delete(matter_id, organization_id, by)
                raise CommandError("This cannot be undone. Repeat it with --yes to delete the matter.")
            deleted = delete_matter(matter_id, organization_id, by=by)
        except ReviewError as refusal:
            raise CommandError(str(refusal)) from None
        for table, number in sorted(deleted.rows.items()):
            self.stdout.write(f"{number:8d}  {table}")
        self.stdout.write(f"{deleted.blobs:8d}  files")
        self.stdout.write(deleted.readings.sentence)
        for receipt in deleted.receipts:
            head = f"with the head {receipt.head_id}" if receipt.head_id else "with no head in use"
            self.stdout.write(f"Taken back: {receipt.passages} passages of one question, {head}.")

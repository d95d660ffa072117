from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from review.accounts.models import User
from review.errors import ReviewError
from review.matters.access import access_matter
from review.matters.by_name import matter_numbered, organization_named
from review.matters.models import Matter
from review.measurement.export_gold import Exported, export_gold
from review.tenancy.access import organizations_of
from review.tenancy.context import in_context


class Command(BaseCommand):
    help = "Writes what people settled in a matter as a gold folder, for `python -m inference eval --gold`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="name or id of the firm")
        parser.add_argument("--matter", required=True, help="client-matter number or id")
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="a new folder")
        parser.add_argument(
            "--by",
            metavar="EMAIL",
            help="act as this person, who must be on the matter; else as the operator",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            exported = _as_person(options) if options["by"] else _as_operator(options)
        except (ReviewError, OSError) as refusal:
            raise CommandError(str(refusal)) from None
        for words, number in (
            ("contracts", exported.contracts),
            ("judged cells", exported.judged),
            ("right spans", exported.answers),
            ("left out: there, and nobody marked where", exported.without_place),
            ("left out: of the firm's own questions", exported.own_questions),
        ):
            self.stdout.write(f"{number:6d}  {words}")


def _as_person(options: dict[str, Any]) -> Exported:
    person = User.objects.filter(email__iexact=options["by"]).first()
    if person is None:
        raise CommandError(f"There is no person with the address {options['by']}.")
    with in_context(user=person.pk):
        wanted = options["organization"]
        mine = [each for each in organizations_of(person) if wanted in (each.name, str(each.pk))]
    if len(mine) != 1:
        raise CommandError(f"{person.email} belongs to no organization {wanted}, or to several.")
    with in_context(mine[0].pk, user=person.pk):
        matter = access_matter(person, _visible(options["matter"]), to="review")
        return export_gold(matter, options["out"], by=person)


def _visible(wanted: str) -> UUID:
    """A matter this person may see; one behind a wall and one that does not exist are told alike."""
    mine = [each.pk for each in Matter.objects.all() if wanted in (each.number, str(each.pk))]
    if not mine:
        raise CommandError(f"There is no matter {wanted}.")
    if len(mine) > 1:
        raise CommandError(f"There are {len(mine)} of the matter {wanted}; give its id.")
    return mine[0]


def _as_operator(options: dict[str, Any]) -> Exported:
    organization_id = organization_named(options["organization"])
    matter_id = matter_numbered(options["matter"], organization_id)
    with in_context(organization_id, matter=matter_id):
        matter = Matter.objects.select_related("client").get(pk=matter_id)
        return export_gold(matter, options["out"], by=None)

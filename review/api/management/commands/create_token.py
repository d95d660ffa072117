from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from review.accounts.models import User
from review.tenancy.access import organizations_of
from review.tenancy.context import in_context
from review.tenancy.models import Organization, Scope
from review.tenancy.tokens import create_token


class Command(BaseCommand):
    help = "Makes a key of the API for a person in one organization, and prints it. It cannot be shown again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--organization", required=True, help="name or id of the firm")
        parser.add_argument("--name", default="command line", help="what the key is for")
        parser.add_argument("--scope", choices=Scope.values, default=Scope.WRITE)

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError(f"There is no person with the address {options['email']}.")
        organization = _organization_of(person, options["organization"])
        with in_context(organization.pk, user=person.pk):
            key = create_token(
                person, organization.pk, name=options["name"][:100], scope=Scope(options["scope"])
            )
        self.stdout.write(key)


def _organization_of(person: User, wanted: str) -> Organization:
    with in_context(user=person.pk):
        mine = [each for each in organizations_of(person) if wanted in (each.name, str(each.pk))]
    if not mine:
        raise CommandError(f"{person.email} belongs to no organization {wanted}.")
    if len(mine) > 1:
        raise CommandError(f"{person.email} belongs to {len(mine)} organizations {wanted}; give the id.")
    return mine[0]

import os
import secrets
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from deploy.sample.build import build
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from review.accounts.models import User
from review.documents.blobs import chunks_of
from review.documents.models import Bundle
from review.documents.selectors import progress_of
from review.ids import uuid7
from review.intake.services import accept_stream, open_bundle
from review.matters.models import MatterRole
from review.matters.services import add_member, create_client, create_matter, exclude
from review.playbooks.services import seed_questions
from review.tenancy.access import organizations_of
from review.tenancy.context import in_context
from review.tenancy.models import Role
from review.tenancy.services import add_person, create_organization

PEOPLE = {
    "ada": ("Ada Marsh", "ada@hartwell.example", "leads Project Kestrel; administrator of Hartwell Lowe"),
    "ben": ("Ben Okoro", "ben@hartwell.example", "reviews on Project Kestrel"),
    "cleo": ("Cleo Varga", "cleo@hartwell.example", "of Hartwell Lowe, behind the wall; leads Project Heron"),
    "dan": ("Dan Whitlock", "dan@brandt.example", "of the other firm, Brandt Sandoval"),
}


class Command(BaseCommand):
    help = (
        "Makes two firms, a matter behind a wall and the sample bundle; nothing when they are there already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--wait", action="store_true", help="wait until the sample bundle has been read")
        parser.add_argument("--sign-ins", action="store_true", help="only print the sign-ins")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sign_ins"]:
            self.print_sign_ins()
            return
        ada = User.objects.filter(email=PEOPLE["ada"][1]).first()
        if ada is None or not self._firm_of(ada):
            self._seed()
            ada = User.objects.get(email=PEOPLE["ada"][1])
        if options["wait"]:
            self._wait(ada)

    def print_sign_ins(self) -> None:
        password = _password()
        for _name, email, what in PEOPLE.values():
            self.stdout.write(f"  {email:24} {password}   {what}")

    def _seed(self) -> None:
        people = {key: self._person(name, email) for key, (name, email, _) in PEOPLE.items()}
        ada, ben, cleo, dan = (people[key] for key in ("ada", "ben", "cleo", "dan"))
        other = create_organization("Brandt Sandoval", administrator=dan, organization_id=uuid7())
        firm = create_organization("Hartwell Lowe LLP", administrator=ada, organization_id=uuid7())
        with in_context(other.pk, user=dan.pk):
            seed_questions(other.pk)
            client = create_client(name="Quayle Foods", number="30077", by=dan, organization_id=other.pk)
            create_matter(client, name="Project Teal", number="30077-0002", by=dan)
        with in_context(firm.pk, user=ada.pk):
            seed_questions(firm.pk)
            add_person(ben, role=Role.MEMBER, by=ada, organization_id=firm.pk)
            add_person(cleo, role=Role.MEMBER, by=ada, organization_id=firm.pk)
            client = create_client(name="Kestrel Holdings", number="10234", by=ada, organization_id=firm.pk)
            kestrel = create_matter(
                client,
                name="Project Kestrel",
                number="10234-0007",
                by=ada,
                side="buyer",
                structure="share",
                materiality="Contracts above GBP 250,000 a year, and every one with exclusivity",
                scope="Change of control, assignment, exclusivity, termination, liability caps",
            )
            add_member(kestrel, ben, role=MatterRole.REVIEWER, by=ada)
            exclude(kestrel, cleo, reason="Advised the seller in 2024", by=ada)
        with in_context(firm.pk, user=cleo.pk):
            client = create_client(name="Heron Shipping", number="10311", by=cleo, organization_id=firm.pk)
            heron = create_matter(client, name="Project Heron", number="10311-0001", by=cleo)
            exclude(heron, ada, reason="Holds shares in the counterparty", by=cleo)
        with in_context(firm.pk, user=ada.pk):
            bundle = open_bundle(kestrel, name="Sample data room", source="command", by=ada)
        self._deliver(bundle, ada)

    def _deliver(self, bundle: Bundle, by: User) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for path in build(root):
                with path.open("rb") as file, in_context(bundle.organization_id, user=by.pk):
                    accept_stream(bundle, path=str(path.relative_to(root)), chunks=chunks_of(file), by=by)

    def _person(self, name: str, email: str) -> User:
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            person = User.objects.create_user(email, name, _password())
            EmailAddress.objects.create(user=person, email=email, primary=True, verified=True)
        return person

    def _firm_of(self, person: User) -> UUID | None:
        with in_context(user=person.pk):
            firms = organizations_of(person)
        return firms[0].pk if firms else None

    def _wait(self, ada: User) -> None:
        firm = self._firm_of(ada)
        deadline, told = time.monotonic() + 600, ""
        while time.monotonic() < deadline:
            with in_context(firm, user=ada.pk):
                bundle = Bundle.objects.order_by("created_at").first()
                progress = progress_of(bundle=bundle) if bundle else None
            if progress is None or progress.is_over:
                return
            line = f"  {progress.parsed} of {progress.total} files, {progress.read} read"
            if line != told:
                print(line, file=sys.stderr, flush=True)
                told = line
            time.sleep(0.5)
        raise CommandError("The sample bundle was not read within ten minutes; see the logs folder.")


def _password() -> str:
    """One password for all of the demo's people, made once and kept beside the data."""
    path = settings.DATA_DIR / "sign-ins"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(9))
    return path.read_text().strip()

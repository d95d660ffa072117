import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from review.errors import ReviewError
from review.matters.by_name import organization_named
from review.readers.models import ReaderProfile
from review.readers.services import keep_acceptance
from review.tenancy.context import in_context


class Command(BaseCommand):
    help = (
        "Keep the page that `python -m inference accept --json` wrote with the profile of a firm it is about."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", required=True, help="name or id of the firm")
        parser.add_argument("--profile", required=True, help="the profile's name under Readers")
        parser.add_argument("file", type=Path, help="the page as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            page = json.loads(options["file"].read_text(encoding="utf-8"))
        except OSError:
            raise CommandError(f"{options['file']} cannot be read.") from None
        except ValueError:
            raise CommandError(f"{options['file']} holds no JSON.") from None
        with in_context(organization_named(options["organization"])):
            profile = ReaderProfile.objects.filter(name=options["profile"]).first()
            if profile is None:
                raise CommandError(f"The firm has no reader called {options['profile']}.")
            try:
                kept = keep_acceptance(profile, page, by=None)
            except ReviewError as refusal:
                raise CommandError(str(refusal)) from None
        self.stdout.write(f"Kept with {profile.name}: {'passed' if kept.is_passed else 'failed'}.")

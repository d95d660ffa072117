import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import review.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("matters", "0002_keep_apart"),
        ("readings", "0001_initial"),
        ("tenancy", "0002_keep_apart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="matters.matter",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="readings.caserun",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["matter", "asked_at"], name="asking_by_matter")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "matter", "run"), name="asking_once_a_run"
                    )
                ],
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models

import review.ids


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_keep_apart"),
        ("findings", "0008_lessons_are_allowed"),
        ("matters", "0003_decisions_may_teach"),
        ("tenancy", "0002_keep_apart"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptVectors",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_by", models.CharField(max_length=128)),
                ("vectors", models.BinaryField()),
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
                    "text",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="documents.documenttext",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "matter", "text"), name="findings_vectors_once"
                    )
                ],
            },
        ),
    ]

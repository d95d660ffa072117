import django.db.models.deletion
from django.db import migrations, models

import review.ids
from review.tenancy.operations import KeepApart


class Migration(migrations.Migration):
    """What workers hold of a firm in memory, summed over its matters: of the firm, and of no matter."""

    dependencies = [
        ("readings", "0008_keep_readings_apart"),
        ("tenancy", "0002_keep_apart"),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkerMemory",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("worker", models.CharField(max_length=120)),
                ("readings", models.PositiveIntegerField()),
                ("device_bytes", models.BigIntegerField()),
                ("memory_bytes", models.BigIntegerField()),
                ("held_until", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "worker"), name="readings_memory_once")
                ],
            },
        ),
        KeepApart("WorkerMemory", matter=None),
    ]

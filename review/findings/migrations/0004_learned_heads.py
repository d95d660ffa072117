import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import review.ids


class Migration(migrations.Migration):
    dependencies = [
        ("findings", "0003_quotes_are_exact"),
        ("matters", "0002_keep_apart"),
        ("playbooks", "0003_questions_of_the_firms_own"),
        ("tenancy", "0002_keep_apart"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewrun",
            name="asked_hash",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="reviewrun",
            name="edition",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.CreateModel(
            name="LearnedHead",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("edition", models.PositiveIntegerField()),
                ("accepted", models.PositiveIntegerField()),
                ("rejected", models.PositiveIntegerField()),
                ("right", models.PositiveIntegerField()),
                ("wrong", models.PositiveIntegerField()),
                ("is_kept", models.BooleanField()),
                ("reason", models.CharField(max_length=200)),
                ("figures", models.JSONField(default=dict)),
                ("made_by", models.CharField(max_length=80)),
                ("content", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "question",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="playbooks.question",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="reviewrun",
            name="head",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="findings.learnedhead",
            ),
        ),
        migrations.AddIndex(
            model_name="learnedhead",
            index=models.Index(fields=["matter", "question", "created_at"], name="findings_head_by_question"),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models

import review.ids


class Migration(migrations.Migration):
    """Whether a second reading judged the quotes of an answer, and what rules hold against them."""

    dependencies = [
        ("documents", "0005_warnings_are_exact"),
        ("matters", "0003_decisions_may_teach"),
        ("playbooks", "0003_questions_of_the_firms_own"),
        ("readings", "0003_quotes_are_exact"),
        ("tenancy", "0002_keep_apart"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseDoubt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=review.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ordinal", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("sentence", models.CharField(max_length=500)),
                ("is_decisive", models.BooleanField()),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("quote", models.TextField()),
            ],
            options={
                "ordering": ["ordinal"],
            },
        ),
        migrations.AddField(
            model_name="caseanswer",
            name="support",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not told"),
                    ("checked", "Judged by a second reading"),
                    ("unchecked", "Not judged"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="caseanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("support__in", ["", "checked", "unchecked"])),
                name="readings_answer_support",
            ),
        ),
        migrations.AddField(
            model_name="casedoubt",
            name="answer",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="doubts",
                to="readings.caseanswer",
            ),
        ),
        migrations.AddField(
            model_name="casedoubt",
            name="matter",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="matters.matter",
            ),
        ),
        migrations.AddField(
            model_name="casedoubt",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.organization",
            ),
        ),
        migrations.AddField(
            model_name="casedoubt",
            name="text",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="documents.documenttext",
            ),
        ),
        migrations.AddConstraint(
            model_name="casedoubt",
            constraint=models.UniqueConstraint(
                fields=("organization", "matter", "answer", "ordinal"), name="readings_doubt_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="casedoubt",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__gt", models.F("start"))), name="readings_doubt_not_empty"
            ),
        ),
    ]

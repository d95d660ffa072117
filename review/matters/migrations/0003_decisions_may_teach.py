import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matters", "0002_keep_apart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="client",
            name="may_teach",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="client",
            name="may_teach_recorded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="may_teach_recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="matter",
            name="may_teach",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="matter",
            name="may_teach_recorded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="matter",
            name="may_teach_recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]

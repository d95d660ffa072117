from django.db import migrations, models


class Migration(migrations.Migration):
    """What trying a server out said, and what becomes of one that does not hold to forms."""

    dependencies = [
        ("readers", "0002_keep_apart"),
    ]

    operations = [
        migrations.AddField(
            model_name="readerprofile",
            name="binds",
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name="readerprofile",
            name="tried_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="readerprofile",
            name="unbound",
            field=models.CharField(
                choices=[
                    ("refuse", "Do not use it"),
                    ("verify", "Use it, and call unclear what is not in the form"),
                ],
                default="refuse",
                max_length=10,
            ),
        ),
    ]

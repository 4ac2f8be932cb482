from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0002_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("folded", models.CharField(max_length=40, verbose_name="folded")),
                ("token", models.CharField(max_length=41, verbose_name="token")),
                ("written", models.CharField(max_length=80, verbose_name="as it is written")),
                (
                    "commitments",
                    models.PositiveIntegerField(default=1, verbose_name="commitments"),
                ),
            ],
            options={
                "verbose_name": "word",
                "verbose_name_plural": "words",
                "constraints": [
                    models.UniqueConstraint(fields=("folded", "token"), name="word_once")
                ],
            },
        ),
    ]

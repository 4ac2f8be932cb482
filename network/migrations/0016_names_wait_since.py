"""Since when a member's name is shown, waits or is not shown; of those from before, nobody knows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0015_reasons_of_refusals'),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='listing_since',
            field=models.DateTimeField(editable=False, help_text='Empty where that was before it was written down.', null=True, verbose_name='so since'),
        ),
    ]

"""Whether someone belongs to an organization, and whether a name is shown: why not."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0014_consents_are_only_added_to'),
    ]

    operations = [
        migrations.AddField(
            model_name='affiliation',
            name='reason_words',
            field=models.TextField(blank=True, db_default='', default='', max_length=1000, verbose_name='the reason in a sentence'),
        ),
        migrations.AddField(
            model_name='member',
            name='listing_reason',
            field=models.TextField(blank=True, db_default='', default='', editable=False, max_length=1000, verbose_name='the reason in a sentence'),
        ),
    ]

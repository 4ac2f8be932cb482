from django.db import migrations

ROLES = ["moderator", "editor", "correspondent", "responder", "auditor", "administrator"]


def make_groups(apps, schema_editor):
    """Their names; what each may do is given to them after every migration (network.roles)."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):

    dependencies = [
        ('network', '0004_confirmations'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='user',
            options={'permissions': [('view_addresses', 'Can see the addresses of people'), ('give_roles', 'Can give roles to staff')], 'verbose_name': 'user', 'verbose_name_plural': 'users'},
        ),
        migrations.RunPython(make_groups, migrations.RunPython.noop),
    ]

"""Who speaks for an institution has the role of it, and nobody else has.

The two could part before: by unticking the role, or by ticking it. Where they had, nobody
could answer for an institution; whoever is meant to is appointed anew.
"""

from django.conf import settings
from django.db import migrations

RESPONDER = "responder"
ROLES = ("moderator", "editor", "correspondent", RESPONDER, "auditor", "administrator")


def bring_together(apps, editor):
    users = apps.get_model("network", "User").objects.using(editor.connection.alias)
    groups = apps.get_model("auth", "Group").objects.using(editor.connection.alias)
    responders = apps.get_model("commitments", "Responder").objects.using(editor.connection.alias)
    role = groups.filter(name=RESPONDER).first()
    if role is None:  # nobody was given a role yet
        return
    responders.exclude(user__groups=role).delete()
    for user in users.filter(groups=role).exclude(pk__in=responders.values("user")):
        user.groups.remove(role)
        if not user.is_superuser and not user.groups.filter(name__in=ROLES).exists():
            user.is_staff = False
            user.save(update_fields=["is_staff"])


class Migration(migrations.Migration):
    holds_up = (
        "commitments_responder and network_user, milliseconds: a row for each responder whose "
        "role and appointment had parted. The code of before goes on meanwhile."
    )

    dependencies = [
        ("commitments", "0005_responder_letters"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(bring_together, migrations.RunPython.noop)]

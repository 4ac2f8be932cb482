"""The secrets of second factors that are there are locked (network/accounts/locking.py)."""

from django.db import migrations

from network.accounts.locking import PURPOSE, anew, each_secret
from opengov_portal.lib.locks import NoKey, unlocked


def change_all(apps, change):
    factors = apps.get_model("mfa", "Authenticator").objects
    for factor in factors.select_for_update().order_by("pk"):
        try:
            data = each_secret(factor.data, change)
        except NoKey:  # locked by a portal with another key: it is told by check_deployment
            continue
        if data != factor.data:
            factors.filter(pk=factor.pk).update(data=data)


def lock(apps, schema_editor):
    change_all(apps, anew)


def unlock(apps, schema_editor):
    change_all(apps, lambda secret: unlocked(secret, PURPOSE))


class Migration(migrations.Migration):

    holds_up = (
        "mfa_authenticator, milliseconds: a row or two for each of the staff. Until a process of "
        "the code of before is replaced, an authenticator app or a recovery code does not open it."
    )

    dependencies = [
        ("mfa", "0003_authenticator_type_uniq"),
        ("network", "0012_decisions"),
    ]

    operations = [migrations.RunPython(lock, unlock)]

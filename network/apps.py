from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("The network")

    def ready(self) -> None:
        from allauth.account.signals import email_changed
        from allauth.mfa.signals import authenticator_added

        import network.tasks  # noqa: F401 - so that a letter can ask for them by name
        from network import powers, roles
        from network.accounts import move_membership, remember_new_factor

        authenticator_added.connect(remember_new_factor)
        email_changed.connect(move_membership)
        roles.say(powers.POWERS)
        post_migrate.connect(roles.make, sender=self)

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NetworkConfig(AppConfig):
    name = "network"
    verbose_name = _("The network")

    def ready(self) -> None:
        from allauth.mfa.signals import authentication_failed, authenticator_added

        import network.keeping  # it says what is kept of people
        import network.tasks  # noqa: F401 - so that a letter can ask for them by name
        from network import desk, powers, queues, roles
        from network.accounts.factors import remember_new_factor, tell_of_a_wrong_code

        authenticator_added.connect(remember_new_factor)
        authentication_failed.connect(tell_of_a_wrong_code)
        roles.say(powers.POWERS)
        desk.open_queues(*queues.QUEUES)
        post_migrate.connect(roles.make, sender=self)

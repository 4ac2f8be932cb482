from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitmentsConfig(AppConfig):
    name = "commitments"
    verbose_name = _("Commitments")

    def ready(self) -> None:
        import commitments.keeping  # noqa: F401 - it says what this room keeps of people
        from commitments import powers, queues
        from network import desk, roles

        roles.say(powers.POWERS)
        desk.open_queues(*queues.QUEUES)

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = _("Proposals")

    def ready(self) -> None:
        import proposals.keeping  # noqa: F401 - it says what this room keeps of people
        from network import desk, roles
        from network.rooms import open_room
        from proposals import powers, queues, standing
        from proposals.rooms import ProposalsRoom

        open_room(ProposalsRoom())
        roles.say(powers.POWERS)
        desk.open_queues(*queues.QUEUES)
        post_migrate.connect(standing.make, sender=self)

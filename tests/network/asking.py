"""A made-up room above the network, and asking it for something with an address."""

from network.actions import ask_to_confirm
from network.models import Confirmation, Letter, User


class MadeUpRoom:
    """Keeps what was asked for in a list, and says what it was told to do."""

    def __init__(self):
        self.hung, self.confirmed, self.left, self.forgotten = [], [], [], []
        self.page = "/en/proposals/"
        self.refuses = None

    def hang(self, what):
        return lambda confirmation: self.hung.append((confirmation.pk, what))

    def asked(self, confirmation):
        return [what for pk, what in self.hung if pk == confirmation.pk]

    def confirm(self, confirmation, *, origin=""):
        if self.refuses:
            raise self.refuses
        self.confirmed += self.asked(confirmation)
        return self.page

    def leave(self, letter):
        self.left.append(letter.to)

    def move(self, old, new):
        self.moved = (old, new)

    def forget(self, addresses, user):
        self.forgotten.append((set(addresses), user.email))

    def held(self, addresses, users):
        return {"made_up": User.objects.filter(email__in=addresses)}

    def forgets(self):
        return {"made_up": self.forget_stale}

    def forget_stale(self, now):
        known = set(Confirmation.objects.values_list("pk", flat=True))
        before = len(self.hung)
        self.hung = [each for each in self.hung if each[0] in known]
        return before - len(self.hung)


def ask(room, what="Support: Open the minutes", email="ada@example.org", **how):
    return ask_to_confirm(email, language=how.pop("language", "en"), hang=room.hang(what), **how)


def yes_link(asked, language=None):
    there = {"en": "network/yes", "fr": "reseau/oui"}[language or asked.language]
    return f"/{language or asked.language}/{there}/{asked.secret}/"


def letters():
    return Letter.objects.filter(template="network/emails/confirm_asked").order_by("pk")

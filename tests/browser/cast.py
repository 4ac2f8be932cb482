"""What people put in, made up, for pages that lead nowhere without it; and one who signed in.

Run by itself in the environment that the portal is served in, it prints as JSON where
those pages are and the session's key.
"""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")


def pages(member, asked, letter):
    """The name and path of each page, in both languages: who only reads sees, and the member."""
    from django.conf import settings
    from django.urls import reverse
    from django.utils.translation import override

    from network.models import Announcement, LetterOfIntent, Organization
    from opengov_portal.lib.seals import sealed

    organization = Organization.objects.get()
    for language, _label in settings.LANGUAGES:
        with override(language):
            yield "reader", "an organization", organization.get_absolute_url()
            yield "reader", "an announcement", Announcement.objects.get().get_absolute_url()
            yield "reader", "a letter of intent", LetterOfIntent.objects.get().get_absolute_url()
            yield "reader", "confirm", reverse("network:confirm", args=[asked.secret])
            yield "reader", "leave", reverse("network:leave", args=[sealed(letter.token, "leave")])
            yield "member", "their organization", organization.get_absolute_url()
            yield "member", "a letter to sign", LetterOfIntent.objects.get().get_absolute_url()
            yield "member", "their community", member.communities.get().get_absolute_url()
            yield "member", "revise", reverse("network:revise_organization", args=["otters"])
            for name in ("index", "member", "new_organization", "leave_network", "erase"):
                yield "member", name, reverse(f"network:{name}")


def main():
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from network.models import Announcement, Community, Letter, LetterOfIntent
    from tests import factories

    staff = factories.make_staff()
    member = factories.make_member(email="rita@example.org", name="Rita", listing="agreed")
    member.communities.add(Community.objects.get(slug="open-data"))
    organization = factories.make_organization(
        slug="otters",
        name_fr="Amis de Libertanie",
        about_en="We count otters.",
        website="https://example.org/",
    )
    organization.claim(by=member, represent=True).confirm(by=staff, represents=True)
    other = factories.make_member(name="Carl")
    organization.claim(by=other, represent=True)
    LetterOfIntent.objects.create(
        title_en="A made-up letter",
        title_fr="Une lettre inventée",
        words_en="We take part.\n\n- In the open",
        words_fr="Nous participons.\n\n- Au grand jour",
        opened_on=timezone.localdate(),
    )
    factories.make_readers(1)
    announcement: Announcement = factories.make_announcement(
        words_en="## What we ask\n\nOne idea.", words_fr="## Notre demande\n\nUne idée."
    )
    announcement.send(by=staff)
    asked = factories.make_join_request()
    client = Client()
    client.force_login(member.user)
    print(  # noqa: T201 - the lane reads it
        json.dumps(
            {
                "cookie": settings.SESSION_COOKIE_NAME,
                "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "pages": list(pages(member, asked, Letter.objects.latest("pk"))),
            }
        )
    )


if __name__ == "__main__":
    django.setup()
    main()

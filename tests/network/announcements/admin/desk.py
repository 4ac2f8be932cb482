"""The addresses of an announcement at the desk, and its forms filled in."""

from django.urls import reverse


def url(name, announcement=None, *more):
    args = [announcement.pk, *more] if announcement else []
    return reverse(f"admin:network_announcement_{name}", args=args)


def written(**fields):
    return {
        "slug": "",
        "purpose": "announcements",
        "title_en": "A call is open",
        "title_fr": "Un appel est ouvert",
        "words_en": "Write to us.",
        "words_fr": "Écrivez-nous.",
    } | fields


def send(client, announcement, **more):
    data = {"when": "now", "at": "", "seen": announcement.fingerprint} | more
    return client.post(url("send", announcement), data, follow=True)


def previews(announcement):
    return [
        url("preview", announcement),
        *(
            url(kind, announcement, language)
            for kind in ("page", "letter")
            for language in ("en", "fr")
        ),
    ]

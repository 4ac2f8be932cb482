"""The link of a confirming letter, and pressing the button of its page."""

from tests.forms import form_of


def link(asked):
    return (
        f"/{asked.language}/"
        + {
            "en": f"network/join/confirm/{asked.secret}/",
            "fr": f"reseau/adhesion/confirmer/{asked.secret}/",
        }[asked.language]
    )


def press(client, url, **fields):
    """Press the button of the page as it came, with some fields filled in otherwise."""
    data = form_of(client.get(url), "confirm")
    for name, value in fields.items():
        data[name] = value if isinstance(value, list) else [value]
    return client.post(url, data)


def signed_in(client):
    return client.session.get("_auth_user_id")

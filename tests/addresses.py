"""Every public address of the portal, with an example of each, in both languages.

The list is drawn from the URL configuration, so a new named address is walked by
the tests of headers, of languages and of the browser from the day it is added;
one with arguments needs an example here, and fails until it has it.

The examples are of the real plans as shipped: load them with `load_plans`.
"""

from collections.abc import Iterator

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import override

# The arguments of each address that has some.
EXAMPLES = {
    "commitments:plan": {"slug": "2016-2018"},
    "commitments:commitment": {"slug": "2016-2018", "number": 19},
    "commitments:plan_feed": {"slug": "2016-2018"},
    "commitments:commitment_feed": {"slug": "2016-2018", "number": 19},
    "commitments:history": {"slug": "2016-2018", "number": 19},
    "commitments:picture": {"slug": "2016-2018", "number": 19},
    "commitments:institution": {"slug": "tbs-sct"},
    "network:community": {"slug": "open-data"},
    "network:join_community": {"slug": "open-data"},
    "network:leave_community": {"slug": "open-data"},
    "network:invite": {"slug": "open-data"},
    "network:poster": {"slug": "open-data"},
    "network:announcement": {"slug": "no-such-announcement"},
    "network:confirm": {"secret": "no-such-secret"},
    "network:confirm_asked": {"secret": "no-such-secret"},
    "network:leave": {"token": "no-such-token"},
    "network:organization": {"slug": "no-such-organization"},
    "network:revise_organization": {"slug": "no-such-organization"},
    "network:belong": {"slug": "no-such-organization"},
    "network:leave_organization": {"slug": "no-such-organization"},
    "network:show_me": {"slug": "no-such-organization"},
    "network:confirm_affiliation": {"slug": "no-such-organization", "pk": 1},
    "network:refuse_affiliation": {"slug": "no-such-organization", "pk": 1},
    "network:letter_of_intent": {"pk": 404},
    "network:sign": {"pk": 1},
    "proposals:call": {"slug": "any-time"},
    "proposals:proposal": {"pk": 404},
    "proposals:draft": {"secret": "no-such-secret"},
    "proposals:yours": {"secret": "no-such-secret"},
    "proposals:your_brief": {"secret": "no-such-secret"},
    "proposals:brief": {"pk": 404},
    "proposals:vouch": {"pk": 404},
    "proposals:flag": {"pk": 404},
    "proposals:appeal": {"token": "no-such-token"},
    "proposals:proposal_feed": {"pk": 404},
    "proposals:call_feed": {"slug": "any-time"},
    "proposals:issue_feed": {"slug": "open-data"},
    "proposals:support": {"pk": 404},
    "proposals:withdraw_support": {"pk": 404},
    "proposals:withdrawn": {"pk": 404},
    "proposals:support_counted": {"pk": 404},
    "proposals:supported": {"token": "no-such-token"},
    "proposals:followed": {"token": "no-such-token"},
    "sitemap": {"section": "commitments"},
    "account_confirm_email": {"key": "no-such-key"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
    "account_move": {"secret": "no-such-secret"},
    "account_end_session": {"pk": 1},
    "mfa_remove_webauthn": {"pk": 1},
    "mfa_edit_webauthn": {"pk": 1},
}
# Those whose example leads nowhere: the letter it came in was never written, what people
# put in is not shipped, and what is counted is for who knows a secret.
NOT_FOUND = {
    "account_move",
    "metrics",
    "network:announcement",
    "network:confirm",
    "network:confirm_asked",
    "network:leave",
    "network:letter_of_intent",
    "network:organization",
    "proposals:appeal",
    "proposals:flag",
    "proposals:follow",
    "proposals:followed",
    "proposals:proposal",
    "proposals:draft",
    "proposals:yours",
    "proposals:your_brief",
    "proposals:brief",
    "proposals:proposal_feed",
    "proposals:support",
    "proposals:support_counted",
    "proposals:supported",
    "proposals:withdraw_support",
    "proposals:withdrawn",
}

# Those that are asked by a form or a script alone, and have no page to open.
POSTED = {"proposals:similar"}

# Staff's own, behind a sign-in of its own, and tested there.
NOT_PUBLIC = {"admin"}


def names(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = ""
) -> Iterator[str]:
    """The name of every public address, with its namespace, as `reverse` takes it."""
    if patterns is None:
        patterns = get_resolver().url_patterns
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield prefix + pattern.name
        elif pattern.namespace not in NOT_PUBLIC:
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, inner)


def examples() -> Iterator[tuple[str, str]]:
    """The name and an example path of each public address, once a language.

    An address outside /en/ and /fr/ comes once. Raises AssertionError naming an
    address that has arguments and no example above.
    """
    seen = set()
    for name in names():
        for language, _label in settings.LANGUAGES:
            with override(language):
                try:
                    path = reverse(name, kwargs=EXAMPLES.get(name))
                except Exception as error:
                    raise AssertionError(
                        f"“{name}” has arguments: give it an example in tests/addresses.py."
                    ) from error
            if path not in seen:
                seen.add(path)
                yield name, path

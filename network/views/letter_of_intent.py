"""The letter of intent: its words, who signed it and when, and signing it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from network.models import LetterOfIntent, Organization
from network.signed_in import SignedIn
from opengov_portal.lib.markdown import html
from opengov_portal.lib.pages import for_readers


@require_safe
@for_readers
def letter_of_intent(request: HttpRequest, pk: int | None = None) -> HttpResponseBase:
    """The letter at its own address, or the newest; an honest page where there is none."""
    every = LetterOfIntent.objects.public().newest()
    letter = get_object_or_404(every, pk=pk) if pk else every.first()
    signatures = letter.signatories() if letter else []
    signed = {signature.organization_id for signature in signatures}
    mine = Organization.objects.represented_by(request.user)
    return render(
        request,
        "network/letter_of_intent.html",
        {
            "letter": letter,
            "words": html(letter.words.text) if letter else "",
            "signatures": signatures,
            "others": every.exclude(pk=letter.pk) if letter else [],
            "have_signed": [one for one in mine if one.pk in signed],
            "may_sign": [one for one in mine if one.pk not in signed] if letter else [],
        },
    )


@never_cache
@login_required
@require_POST
def sign(request: SignedIn, pk: int) -> HttpResponseBase:
    """A representative signs for their organization."""
    letter = get_object_or_404(LetterOfIntent.objects.public(), pk=pk)
    slug = request.POST.get("organization", "").replace("\0", "")
    organization = get_object_or_404(Organization.objects.public(), slug=slug)
    letter.sign(organization, by=request.user)
    messages.success(request, _("Signed, with today’s date."))
    return redirect(letter)

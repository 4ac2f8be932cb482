"""Putting an idea forward: one page, its preview, and keeping it for later."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commitments.models import Commitment
from network import limits
from network.browser import address_here, known_here
from network.models import Organization, User
from network.models.tally import Limit
from network.views.confirming import look_in_the_mail
from opengov_portal.lib.languages import active
from opengov_portal.lib.mail import canonical
from opengov_portal.lib.pages import told_to_nobody, with_form
from opengov_portal.lib.requests import around, count, limited, network_of
from proposals import forwarding
from proposals.forms.proposing import ORGANIZATION, ProposeForm, fields_of
from proposals.models import Brief, Draft, Proposal
from proposals.models.authored import Authored
from proposals.search import similar as like_this

PAGE = "proposals/propose.html"
# How many one person can put forward: in all, and in one call.
MANY = {"day": 10, "month": Authored.MOST_IN_CALL}
Step = Callable[[HttpRequest, ProposeForm], HttpResponse]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """The page of the form; which button was pressed says what is done with it."""
    if request.method == "POST":
        return STEPS.get(request.POST.get("do", ""), preview)(request, form_of(request))
    return with_form(request, PAGE, blank(request, asked_for(request)))


def form_of(request: HttpRequest) -> ProposeForm:
    return ProposeForm(request.POST, request.FILES, request=request, address=address_here(request))


def blank(request: HttpRequest, initial: dict[str, Any]) -> ProposeForm:
    return ProposeForm(request=request, address=address_here(request), initial=initial)


def asked_for(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for, and what is known of who is signed in."""
    first: dict[str, Any] = {}
    if call := request.GET.get("call", ""):
        first["call"] = call.replace("\0", "")
    plan, _slash, number = request.GET.get("commitment", "").replace("\0", "").rpartition("/")
    if plan and number.isascii() and number.isdigit() and len(number) < 6:
        found = Commitment.objects.filter(plan__slug=plan, number=int(number))
        first["commitments"] = [str(pk) for pk in found.values_list("pk", flat=True)]
    user = request.user
    if isinstance(user, User):
        first["name"] = user.name
        theirs = Organization.objects.represented_by(user).order_by("pk").first()
        if theirs:
            first |= {"speaker": ORGANIZATION, "organization": theirs.name.text}
    return first


def edit(request: HttpRequest, form: ProposeForm, **context: Any) -> HttpResponse:
    """The page with every field as it was sent, nothing judged."""
    initial = fields_of(form.data)
    initial |= {"consent": bool(form.data.get("consent")), "draft": form.data.get("draft", "")}
    return with_form(request, PAGE, blank(request, initial), **context)


def unsent(request: HttpRequest) -> HttpResponse:
    """403 where the check of whose page it came from failed; still nothing written is lost."""
    form = form_of(request)
    form.full_clean()
    carry_brief(request, form)
    response = edit(request, form, unsent=True)
    response.status_code = 403
    return response


def preview(request: HttpRequest, form: ProposeForm) -> HttpResponse:
    """As the public will see it, and what is like it; nothing is kept but the file."""
    good = form.is_valid()
    network = network_of(request)
    wait = carry_brief(request, form) or count(f"previews\n{network}", times=60, seconds=60)
    if wait or not good:
        return with_form(request, PAGE, form, wait)
    return with_form(request, "proposals/preview.html", form, **shown(form))


def shown(form: ProposeForm) -> dict[str, Any]:
    """An idea that is not kept yet, for the page to show, and what is like it."""
    said = form.said()
    plain = ("title", "problem", "ask", "gain", "language", "links", "name", "name_shown")
    proposal = Proposal(**{name: said[name] for name in plain}, organization=said["organization"])
    words = " ".join(said[name] for name in ("title", "problem", "ask"))
    return {
        "proposal": proposal,
        "call": said["call"],
        "issues": said["issues"],
        "related": said["commitments"],
        "brief": said["brief"],
        "similar": like_this(words, said["language"]),
    }


def carry_brief(request: HttpRequest, form: ProposeForm) -> int:
    """Keep the file that came, in place of the one before; how long to wait if too many came."""
    content = form.cleaned_data.get("brief")
    if content:
        network = network_of(request)
        wait = limits.waiting(
            [
                Limit(f"briefs from {network}", 3600, 10),
                Limit(f"briefs around {around(network)}", 3600, 60),
            ]
        )
        if not wait:
            form.carry(Brief.keep(content))
        return wait
    if form.cleaned_data.get("drop"):
        form.carry(None)
    return 0


def put(request: HttpRequest, form: ProposeForm) -> HttpResponse:
    """Put it forward: at once for who is signed in, else by one letter, whoever they are."""
    good = form.is_valid()
    if carry_brief(request, form) or not good:
        return with_form(request, PAGE, form)
    email, origin = form.address or form.cleaned_data["email"], network_of(request)
    wait, many = limits.asked_for("forwarding", origin, email), 0
    if not wait:
        wait = many = person_waits(email, form.said())
    if wait and not forwarding.is_said_again(email, form.said(), origin=origin):
        return with_form(request, PAGE, form, wait, many=MANY if many else None)
    user = request.user
    if form.address and isinstance(user, User):
        made = forwarding.put_forward_at_once(user, email, form.said(), origin=origin)
        return redirect(forwarding.yours(made))
    asked = forwarding.put_forward(email, form.said(), origin=origin, here=known_here(request))
    return look_in_the_mail(request, asked)


def person_waits(email: str, said: dict[str, Any]) -> int:
    """How long one person has to wait for their next idea; the same whoever they are."""
    reader, call = canonical(email), said["call"]
    day = [Limit(f"ideas of {reader}", limits.DAY, MANY["day"])]
    if call:
        month = int(Authored.MONTH.total_seconds())
        day.append(Limit(f"ideas of {reader} in call {call.pk}", month, MANY["month"]))
    return limits.waiting(day)


# --- Drafts ---------------------------------------------------------------------------


def keep(request: HttpRequest, form: ProposeForm) -> HttpResponse:
    """Keep it for later: again where it was kept before, else by a letter with its address."""
    kept = Draft.objects.with_secret(request.POST.get("draft", ""))
    good = form.keepable() or (kept is not None and set(form.errors) <= {"email"})
    wait = carry_brief(request, form)
    if wait or not good:
        return with_form(request, PAGE, form, wait)
    if kept:
        kept.save_again(fields_of(form.data))
        hold_brief(form, kept)
        messages.success(request, _("It is kept. The link in our letter leads back to it."))
        return redirect("proposals:draft", request.POST["draft"])
    email = form.address or form.cleaned_data["email"]
    wait = limits.asked_for("forwarding", network_of(request), email) or letters_wait(email)
    if wait:
        return with_form(request, PAGE, form, wait)
    forwarding.keep_draft(email, fields_of(form.data), brief=form.brief_kept)
    return render(request, "proposals/draft_sent.html")


def letters_wait(email: str) -> int:
    reader = canonical(email)
    return limits.waiting(
        [
            Limit(f"drafts to {reader}", limits.QUARTER, 3),
            Limit(f"drafts to {reader}", limits.DAY, 10),
        ]
    )


def hold_brief(form: ProposeForm, draft: Draft) -> None:
    if form.brief_kept:
        Brief.objects.filter(pk=form.brief_kept.pk, proposal=None).update(draft=draft)


@told_to_nobody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, secret: str) -> HttpResponse:
    """The page of the letter's link: the form as it was left, and a button that deletes it."""
    kept = Draft.objects.with_secret(secret)
    if kept is None:
        raise Http404
    if request.method == "POST":
        kept.delete()
        messages.success(request, _("The draft is deleted."))
        return redirect("proposals:propose")
    form = blank(request, {**kept.data, "email": kept.email, "draft": secret})
    return with_form(request, PAGE, form, kept_until=kept.kept_until)


STEPS: dict[str, Step] = {"preview": preview, "edit": edit, "put": put, "keep": keep}


@never_cache
@require_POST
@limited("similar", times=60, seconds=60)
def similar(request: HttpRequest) -> HttpResponse:
    """What is like what is being written; asked by htmx, and kept nowhere."""
    words = [request.POST.get(name, "")[:5000] for name in ("title", "problem", "ask")]
    language = request.POST.get("language", "")
    found = like_this(" ".join(words), language if language in {"en", "fr"} else active())
    return render(request, "proposals/_similar.html", {"similar": found})

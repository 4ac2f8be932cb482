"""Briefs: what is taken for a PDF, how it is kept, and how it is answered."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from proposals.models import Brief, Proposal
from proposals.pdf import is_pdf
from tests.factories import make_member, make_proposal, make_staff, make_user
from tests.forms import form_of
from tests.night import forgotten
from tests.proposals.briefs import with_brief
from tests.proposals.forwarding import NEW, a_pdf
from tests.proposals.moderation.desk import make_moderator
from tests.proposals.test_yours import representative

pytestmark = pytest.mark.django_db


def a_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.html", "<script>alert(1)</script>")
    return file.getvalue()


def upload(content, name="brief.pdf"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


NOT_PDFS = {
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "HTML with the header of a PDF": b"%PDF-1.4\n<html><script>alert(1)</script>",
    "a PDF after HTML": a_pdf(before=b"<html><script>alert(1)</script>\n"),
    "a PDF before HTML": a_pdf(after=b"<html>"),
    "an archive": a_zip(),
    "a PDF and an archive": a_pdf(after=a_zip()),
    "an archive that ends as a PDF does": a_pdf()[:60] + a_zip() + b"\nstartxref\n9\n%%EOF\n",
    "half a PDF": a_pdf()[:80],
    "a PDF that points nowhere": b"%PDF-1.4\nx\nstartxref\n99999\n%%EOF\n",
    "nothing but a header": b"%PDF-1.7\n",
    "zeros": b"\0" * 5000,
}


def test_a_pdf_is_one():
    assert is_pdf(a_pdf())
    assert is_pdf(a_pdf(size=100_000))


@pytest.mark.parametrize("content", NOT_PDFS.values(), ids=NOT_PDFS)
def test_what_is_no_pdf_is_refused_with_all_fields_kept(fill_in, content):
    assert not is_pdf(content)

    response = fill_in(brief=upload(content))

    assertContains(response, "not a PDF")
    assert form_of(response, "forward")["title"] == ["Count the bees"]
    assert not Brief.objects.exists()


def test_a_brief_survives_the_preview_and_is_put_forward(client, fill_in):
    shown = fill_in(brief=upload(a_pdf()))
    assertContains(shown, "The PDF")

    client.post(NEW, form_of(shown, "forward") | {"do": ["put"]})

    assert Proposal.objects.get().brief.content == a_pdf()


def test_a_brief_survives_a_mistake_elsewhere_and_the_way_back(client, fill_in):
    wrong = fill_in(title="", brief=upload(a_pdf()))
    assertContains(wrong, "is kept. Choose another only to replace it")
    data = form_of(wrong, "forward") | {"title": ["Bees"], "do": ["preview"]}

    shown = client.post(NEW, data)
    back = client.post(NEW, form_of(shown, "forward") | {"do": ["edit"]})

    assertContains(back, "is kept. Choose another only to replace it")
    left_out = form_of(back, "forward") | {"drop": ["on"], "do": ["preview"]}
    assert "The PDF" not in client.post(NEW, left_out).text


@pytest.mark.parametrize("mark", ["1", "1:x", "x" * 5000, ":"])
def test_a_brief_is_bound_by_a_mark_that_only_we_make(client, fill_in, mark):
    Brief.keep(a_pdf())

    response = fill_in("put", kept=mark)

    assert response.status_code == 302
    assert Brief.objects.get().proposal is None


def test_a_brief_of_another_proposal_is_not_taken_along(fill_in, put_forward):
    proposal = with_brief()

    put_forward(kept=proposal.brief.mark)

    assert Brief.objects.get().proposal == proposal


def test_ten_megabytes_are_taken_and_a_byte_more_is_refused_politely(fill_in):
    most = 10 * 1024 * 1024
    exact = a_pdf(size=most)
    exact = a_pdf(size=most + (most - len(exact)))
    assert len(exact) == most
    assertTemplateUsed(fill_in(brief=upload(exact)), "proposals/preview.html")

    response = fill_in(brief=upload(exact + b"\n"), network="192.0.2.8")

    assertContains(response, "larger than 10 MB")
    assert form_of(response, "forward")["problem"]
    assert Brief.objects.get().size == most


def test_a_body_that_is_far_too_large_gets_a_clear_page(client):
    response = client.post(NEW, {"title": "x"}, headers={"content-length": str(200 * 1024 * 1024)})

    assertContains(response, "more than the portal takes", status_code=413)


def test_files_from_one_network_are_limited(fill_in):
    codes = [fill_in(brief=upload(a_pdf())).status_code for _n in range(11)]

    assert codes == [200] * 10 + [429]


def test_a_brief_is_only_ever_a_download_from_where_nothing_runs(client):
    proposal = with_brief(title='Évaluer "les"\r\nabeilles/../x.html')

    response = client.get(reverse("proposals:brief", args=[proposal.pk]))

    assert response["Content-Disposition"] == 'attachment; filename="evaluer-les-abeillesxhtml.pdf"'
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert response.content == a_pdf()


def test_a_brief_is_public_once_its_proposal_is(client):
    ada = make_member(email="ada@example.org").user
    for state in Proposal.State:
        if state == Proposal.State.MERGED:
            continue
        fields = {"organization": None} if state != "vouching" else {"organization": an_org()}
        proposal = with_brief(state=state, user=ada, **fields)
        url = reverse("proposals:brief", args=[proposal.pk])
        client.logout()
        assert client.get(url).status_code == (200 if state == "published" else 404)
        for user, code in ((make_user(), 404), (ada, 200), (make_staff(), 200)):
            client.force_login(user)
            assert client.get(url).status_code in (code, 200 if state == "published" else code)
        client.logout()
        own = reverse("proposals:your_brief", args=[proposal.secret])
        assert client.get(own).status_code == 200
        assert client.post(own).status_code == 405


def an_org():
    from tests.factories import make_organization

    return make_organization()


def test_the_public_page_of_its_proposal_leads_to_it(client):
    proposal, without = with_brief(), make_proposal()
    url = reverse("proposals:brief", args=[proposal.pk])

    assertContains(client.get(proposal.get_absolute_url()), f'<a href="{url}" download>')
    assertNotContains(client.get(without.get_absolute_url()), "download>")


def test_a_moderator_reads_it_before_it_is_public(client, without_second_factor):
    proposal = with_brief(state=Proposal.State.WAITING)
    client.force_login(make_moderator())

    page = client.get(reverse("admin:proposals_proposal_change", args=[proposal.pk]))

    url = reverse("proposals:brief", args=[proposal.pk])
    assertContains(page, f'<a href="{url}" download>')
    assert client.get(url).content == a_pdf()


def test_who_speaks_for_the_organization_reads_it_before_they_answer(client):
    friends = an_org()
    ada = representative(friends)
    proposal = with_brief(state=Proposal.State.VOUCHING, organization=friends)
    url = reverse("proposals:brief", args=[proposal.pk])
    client.force_login(ada)

    assertContains(
        client.get(reverse("proposals:vouch", args=[proposal.pk])), f'<a href="{url}" download>'
    )
    assert client.get(url).content == a_pdf()
    Proposal.objects.filter(pk=proposal.pk).update(state="withdrawn")
    assert client.get(url).status_code == 404


def test_briefs_that_were_never_put_forward_are_forgotten(db):
    old = timezone.now() - timedelta(days=3)
    kept = with_brief().brief
    stale, fresh = Brief.keep(a_pdf()), Brief.keep(a_pdf())
    Brief.objects.exclude(pk=fresh.pk).update(created_at=old)

    assert forgotten("briefs", "drafts", "proposals") == 1

    assert set(Brief.objects.all()) == {kept, fresh}
    assert not Brief.objects.filter(pk=stale.pk).exists()

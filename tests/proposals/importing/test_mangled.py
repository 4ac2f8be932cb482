"""Two hundred mangled files: each is taken or refused in one sentence, and none fails."""

from random import Random

import pytest
from django.core.management import CommandError

from proposals.importing import load
from proposals.models import Proposal
from tests.proposals.importing.sheets import bring, rows

pytestmark = pytest.mark.django_db
FILES = 200
SAID = [
    {"title": "Élection", "text": "<p>One</p>\n<ul><li>a; b\tc</ul>", "date": "15/07/2016"},
    {"text": 'He said "no"\n\nand left', "language": "fr", "tags": "a; b"},
    {"votes": "1,234", "date": "July 2016", "author": ""},
]
ODD = [
    b"\0", b'"', b"\n", b"\r", b",", b";", b"\t", b"\xff", b"\xfe\xff", b"\xe9", b"\x81", b"<",
    b"<script>", b"&#0;", b"&#xd800;", b"\xed\xa0\x80", b"\xe2\x80\xae", b"=1+1", b"'", b"\x1a",
    b"\xf0\x9f\x90\x9d", b"9" * 400, b"<i>" * 50, b"\xef\xbb\xbf", b"%s{{7*7}}", b'""""', b"-1",
]  # fmt: skip


def mangled(chance, content):
    """The same with some bytes cut, doubled, turned round, or others put in."""
    for _n in range(chance.randint(1, 8)):
        at = chance.randrange(len(content) + 1)
        end = min(len(content), at + chance.choice([0, 1, 2, 10, 200]))
        piece = chance.choice([b"", chance.choice(ODD), content[at:end] * 2, content[at:end][::-1]])
        content = content[:at] + piece + content[end:]
    return content[: chance.choice([len(content)] * 4 + [chance.randrange(len(content) + 1)])]


def told(path, **options):
    """The sentence it is refused with; empty where it is taken."""
    try:
        bring(path, **options)
    except CommandError as error:
        return str(error)
    return ""


def test_no_file_however_mangled_ends_in_anything_but_a_sentence(
    call, write, tmp_path, monkeypatch
):
    monkeypatch.setattr(load, "_index", lambda *args: None)
    encodings = ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"]
    wholes = [
        write(rows(*SAID), encoding=encoding, delimiter=delimiter).read_bytes()
        for encoding in encodings
        for delimiter in ",;\t"
    ]
    path, taken = tmp_path / "mangled.csv", 0
    for seed in range(FILES):
        chance = Random(seed)
        path.write_bytes(mangled(chance, chance.choice(wholes)))
        said = told(path, skip_bad=seed % 2 == 0)
        if said:
            assert said.endswith(("Nothing was changed.", "with --skip-bad.")), seed
            assert "\n" not in said, seed
            assert not Proposal.objects.exists(), seed
        else:
            taken += 1
            Proposal.objects.all().delete()

    assert 10 < taken < FILES - 10


def test_what_it_keeps_of_them_is_plain_text(call, write):
    odd = b"".join(ODD).decode("utf-8", "replace").replace("\ufffd", "")
    bring(write(rows({"title": odd[:200], "text": odd, "id": odd[:60]})))

    idea = Proposal.objects.get()
    for text in (idea.title, idea.problem, idea.import_key):
        assert not {"\0", "\u202e", "\x1a", "\ufeff"} & set(text)

"""Signing in by another site's account: off, unless SOCIAL_PROVIDERS says otherwise.

It changes which apps are installed, so where it is on it is tried in a process of its
own, against a made-up provider on the loopback interface.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

from opengov_portal.lib.social import providers
from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
ONE = {
    "id": "made-up",
    "name": "Made Up",
    "server_url": "https://id.example/realm",
    "client_id": "portal",
    "secret": "not a secret",
}


def test_it_is_off_by_default(client, db, settings):
    assert settings.SOCIAL_PROVIDERS == []
    assert "allauth.socialaccount" not in settings.INSTALLED_APPS
    with pytest.raises(NoReverseMatch):
        reverse("openid_connect_login", args=["made-up"])
    assert "elsewhere" not in client.get("/en/account/login/").text


def test_a_provider_is_known_by_where_its_pages_are():
    [plain] = providers(json.dumps([ONE]))
    [other] = providers(json.dumps([ONE | {"origins": ["https://login.example"]}]))

    assert plain.origins == ("https://id.example",)
    assert other.origins == ("https://login.example",)


@pytest.mark.parametrize("wrong", ["nonsense", "{}x", '["x"]', '[{"id": "x"}]', "5"])
def test_what_cannot_be_read_stops_the_start_with_a_sentence(wrong):
    with pytest.raises(ImproperlyConfigured, match="SOCIAL_PROVIDERS is not"):
        providers(wrong)


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What came of each way in, where it is on: see tests/portal/elsewhere.py."""
    folder = tmp_path_factory.mktemp("social")
    migrated.place(folder)
    environment = os.environ | {
        "VAR_DIR": str(folder),
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    command = [sys.executable, "-m", "tests.portal.elsewhere"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_a_member_comes_in_by_an_address_that_the_other_site_has_checked(said):
    assert said["member"] == {"in": True, "to": "/en/network/member/"}


@pytest.mark.parametrize("who", ["staff", "nobody", "unchecked", "closed"])
def test_nobody_else_does_and_all_are_answered_alike(said, who):
    assert said[who] == {"in": False, "to": "/en/account/login/"}
    assert said["words"][who] == said["words"]["nobody"]


def test_a_members_second_factor_is_asked_for_too(said):
    assert said["careful"]["in"] is False
    assert said["careful"]["to"].startswith("/en/account/2fa/authenticate/")


def test_a_forged_answer_opens_nothing(said):
    assert said["forged"] is False


def test_nothing_of_the_other_account_is_kept_or_shown_in_the_admin(said):
    assert said["kept"] == 0
    assert said["admin"] == 404


def test_the_policy_names_the_other_site_for_forms_and_for_nothing_else(said):
    policy = said["policy"]
    assert policy.count(said["origin"]) == 1
    assert f"form-action 'self' {said['origin']}" in policy


def test_its_pages_are_ours_in_both_languages(said):
    assert "Sign in with Made Up" in said["pages"]["en"]
    assert "Se connecter avec Made Up" in said["pages"]["fr"]
    assert said["connections"] == [404, 404]

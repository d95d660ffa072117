"""Signing in, the second step and the pages of refusal, as a person meets them."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.cast import new_person

if TYPE_CHECKING:
    from review.accounts.models import User

PASSWORD = "seven grey herons wade"


@pytest.fixture
def visitor(style_sheets: None) -> Client:
    return Client()


@pytest.fixture
def eve() -> "User":
    return new_person("Eve", password=PASSWORD)


def test_a_visitor_signs_in_with_an_e_mail_address(visitor: Client, eve: "User") -> None:
    shown = visitor.get("/accounts/login/").content.decode()
    assert "With your firm's e-mail address." in shown
    assert 'autocomplete="current-password"' in shown
    answered = visitor.post("/accounts/login/", {"login": eve.email, "password": PASSWORD})
    assert answered.status_code == 302


def test_a_wrong_password_is_said_in_words_and_does_not_sign_in(visitor: Client, eve: "User") -> None:
    answered = visitor.post("/accounts/login/", {"login": eve.email, "password": "guessed"})
    assert 'class="note is-problem' in answered.content.decode()
    assert "_auth_user_id" not in visitor.session


def test_a_stranger_is_told_that_accounts_are_made_by_the_firm(visitor: Client) -> None:
    assert "Accounts are made by your firm" in visitor.get("/accounts/signup/").content.decode()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/accounts/password/reset/", "Reset your password"),
        ("/accounts/password/reset/done/", "Look into your mail"),
        ("/accounts/password/reset/key/x-y/", "This link no longer works"),
    ],
)
def test_a_forgotten_password_has_a_way_back(visitor: Client, address: str, words: str) -> None:
    assert words in visitor.get(address, follow=True).content.decode()


@pytest.fixture
def signed_in(visitor: Client, eve: "User") -> Client:
    visitor.post("/accounts/login/", {"login": eve.email, "password": PASSWORD})
    return visitor


def code_of(secret: str) -> str:
    """The six digits an authenticator app shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    begin = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[begin : begin + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_person_changes_the_password(signed_in: Client) -> None:
    assert "Change password" in signed_in.get("/accounts/password/change/").content.decode()
    sent = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    refused = signed_in.post("/accounts/password/change/", sent).content.decode()
    assert 'class="field-error"' in refused
    assert "too short" in refused


def test_leaving_asks_first(signed_in: Client) -> None:
    assert "Sign out?" in signed_in.get("/accounts/logout/").content.decode()
    signed_in.post("/accounts/logout/")
    assert "_auth_user_id" not in signed_in.session


def test_two_step_sign_in_from_the_code_on_screen_to_a_recovery_code(signed_in: Client, eve: "User") -> None:
    confirm = signed_in.get("/accounts/2fa/totp/activate/", follow=True)
    assert "Is it still you?" in confirm.content.decode()
    asked_at = confirm.redirect_chain[-1][0]
    shown = signed_in.post(asked_at, {"password": PASSWORD}, follow=True).content.decode()
    assert 'src="data:image/svg+xml' in shown
    secret = re.search(r'id="secret" value="(\w+)"', shown)
    assert secret is not None
    signed_in.post("/accounts/2fa/totp/activate/", {"code": code_of(secret[1])})
    codes = re.findall(r"<li>(\w{8,})</li>", signed_in.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(codes) == 10
    assert "Turn off" in signed_in.get("/accounts/2fa/").content.decode()
    assert "Turn off two-step sign-in?" in signed_in.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert "will stop working" in signed_in.get("/accounts/2fa/recovery-codes/generate/").content.decode()
    signed_in.post("/accounts/logout/")
    asked = signed_in.post("/accounts/login/", {"login": eve.email, "password": PASSWORD}, follow=True)
    assert "Second step" in asked.content.decode()
    assert "_auth_user_id" not in signed_in.session
    signed_in.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert signed_in.session["_auth_user_id"] == str(eve.pk)


def test_an_address_that_does_not_exist_looks_the_same_signed_in_and_not(
    visitor: Client, browser: Callable[["User"], Client], ada: "User", organization: object
) -> None:
    stranger, member = visitor.get("/no/such/page/"), browser(ada).get("/no/such/page/")
    assert stranger.status_code == member.status_code == 404
    assert "There is nothing here, or you have no access to it." in stranger.content.decode()
    assert ada.name not in member.content.decode()

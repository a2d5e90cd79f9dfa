"""How a person gets in."""

from __future__ import annotations

from playwright.sync_api import Page

from accounts.models import User
from tests.factories import PASSWORD


def sign_in(page: Page, url: str, user: User) -> None:
    """Sign in by the form and wait for Today. `url` is the address of the live server."""
    page.goto(f"{url}/sign-in/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/")

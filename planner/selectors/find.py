"""The palette: posts, locations and pages that answer to a few letters."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Left

from accounts.frame import COMPOSE, NAVIGATION, PROFILE, Page
from accounts.models import User
from highlevel.models import Location
from planner.models import Post

LOCATIONS, POSTS = 6, 8
EXCERPT = 120  # characters
LEAST = 2  # letters before posts are searched


@dataclass(frozen=True, slots=True)
class Found:
    """What the words lead to; without words the pages alone."""

    pages: list[Page]
    locations: list[Location]
    posts: list[Post]

    @property
    def nothing(self) -> bool:
        return not (self.pages or self.locations or self.posts)


def find_everything(user: User, *, text: str) -> Found:
    """Pages, locations and posts visible to the person that hold the words, newest posts first; two queries at most."""
    pages = [page for page in (*NAVIGATION, COMPOSE, PROFILE) if text.casefold() in str(page.label).casefold()]
    if len(text) < LEAST:
        return Found(pages, [], [])
    locations = user.locations().only("name", "colour", "timezone").filter(name__icontains=text)[:LOCATIONS]
    words = Q()
    for word in text.split():
        words &= Q(text__icontains=word)
    posts = (
        Post.objects.visible_to(user)
        .present()
        .filter(words)
        .select_related("location")
        .only("status", "display_at", "location__name", "location__colour", "location__timezone")
        .annotate(excerpt=Left("text", EXCERPT))
        .order_by("-display_at", "-pk")
    )
    return Found(pages, list(locations), list(posts[:POSTS]))

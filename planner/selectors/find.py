"""The palette: posts, locations and pages that answer to a few letters."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Left

from accounts.frame import COMPOSE, NAVIGATION, PROFILE, Page
from accounts.models import User
from highlevel.models import Location
from planner.additions import Hits, hits_of
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
    others: list[Hits]

    @property
    def nothing(self) -> bool:
        return not (self.pages or self.locations or self.posts or self.others)


def find_everything(user: User, *, text: str) -> Found:
    """Pages, locations, posts and what others add, all visible to the person and with the words, newest posts first.

    Two queries at most, and one for each addition.
    """
    pages = [page for page in (*NAVIGATION, COMPOSE, PROFILE) if text.casefold() in str(page.label).casefold()]
    if len(text) < LEAST:
        return Found(pages, [], [], [])
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
    return Found(pages, list(locations), list(posts[:POSTS]), hits_of(user, text=text))

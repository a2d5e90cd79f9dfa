"""People who write, edit and delete posts at random, try again what was refused, and know what they meant."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils import timezone

from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.outbox import NotPossible, change_retry
from planner.composing import Composition, composition_of
from planner.models import Post, PostStatus
from planner.services.post_deleting import posts_delete
from planner.services.post_errors import NotEditable
from planner.services.post_writing import Order, post_rewrite, posts_write
from tests.staging import Stage

AT_ONCE = timedelta()
ARRIVED = 0.8
BUNCH = 6  # posts that are deleted together now and then


@dataclass
class Meant:
    """What a post shall be in the end: every text that it ever had, newest last, and whether it was deleted."""

    texts: list[str]
    deleted: bool = False


@dataclass
class People:
    """The journal is by post; what is in it was promised to somebody, so it has to come true."""

    stage: Stage
    chance: random.Random
    journal: dict[int, Meant] = field(default_factory=dict)
    acts: int = 0
    retried: int = 0

    def act(self) -> None:
        """Write a new post, or change or delete one that is there; deletions are rarest."""
        self.acts += 1
        alive = [pk for pk, meant in self.journal.items() if not meant.deleted]
        if self.chance.random() < ARRIVED:
            # What is still on its way takes an edit in, so mostly people edit what has arrived.
            alive = list(Post.objects.filter(pk__in=alive).exclude(remote_id=None).values_list("pk", flat=True))
        wish = self.chance.random()
        if wish < 0.4 or len(alive) < 2 * BUNCH:
            self._write()
        elif wish < 0.8:
            self._edit(self.chance.choice(alive))
        else:
            self._delete(self.chance.sample(alive, BUNCH if self.chance.random() < 0.1 else 1))

    def retry(self) -> None:
        """Press the button of every change that was refused."""
        for change in Change.objects.filter(state=State.REFUSED):
            try:
                change_retry(change=change, now=timezone.now())
            except NotPossible:
                continue
            self.retried += 1

    def _write(self) -> None:
        place = self.chance.choice(self.stage.places)
        text = f"Act {self.acts}: written"
        composition = Composition(
            place,
            (self.stage.account(place),),
            text,
            scheduled_at=self._some_day(),
            status=PostStatus.SCHEDULED.value,
        )
        (post,) = posts_write(order=Order(composition), actor=self.stage.person, now=timezone.now())
        self.journal[post.pk] = Meant([text])

    def _edit(self, pk: int) -> None:
        held = Post.objects.get(pk=pk)
        text = f"Act {self.acts}: edited"
        composition = replace(composition_of(held), text=text)
        person, now = self.stage.person, timezone.now()
        try:
            post_rewrite(post=held, version=held.version, composition=composition, actor=person, now=now)
        except NotEditable as error:
            raise AssertionError(f"post {pk} is {held.status}: {error}") from error
        self.journal[pk].texts.append(text)

    def _delete(self, pks: list[int]) -> None:
        posts = list(Post.objects.filter(pk__in=pks))
        posts_delete(posts=posts, actor=self.stage.person, now=timezone.now(), wait=AT_ONCE)
        for pk in pks:
            self.journal[pk].deleted = True

    def _some_day(self) -> datetime:
        """Far enough apart that a look-up meets few posts."""
        ahead = timedelta(days=self.chance.randint(3, 300), minutes=self.chance.randint(0, 1439))
        return (timezone.now() + ahead).replace(microsecond=0)

"""What has to be true once a storm is over: journal, outbox, HighLevel's posts and HighLevel's log agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from highlevel.models import Change
from highlevel.models.change import ChangeState as State
from highlevel.sandbox.store import Store
from planner.models import Post
from planner.outbox.deleting import POSTS
from planner.outbox.subjects import POST_BULK_DELETE, POST_CREATE, POST_DELETE
from tests.chaos.people import Meant


@dataclass
class Audit:
    """`entries` is the whole request log, `data` the sandbox's file."""

    journal: dict[int, Meant]
    entries: list[dict[str, Any]]
    data: Path

    def check(self) -> None:
        """Raises AssertionError for whatever does not agree."""
        posts = {post.pk: post for post in Post.objects.all()}
        documents = self._documents()
        self.changes_are_settled()
        self.every_post_is_there_once(posts, documents)
        self.every_post_is_as_it_was_meant(posts, documents)
        self.creations_agree_with_the_log(posts, documents)
        self.edits_agree_with_the_log(posts)
        self.deletions_agree_with_the_log(posts)

    def changes_are_settled(self) -> None:
        states = Counter(Change.objects.values_list("state", flat=True))
        assert set(states) <= {State.DONE, State.CANCELLED}
        # Given up are only edits and creations of posts that somebody deleted before they had left.
        given_up = Change.objects.filter(state=State.CANCELLED)
        deleted = {f"post:{pk}" for pk, meant in self.journal.items() if meant.deleted}
        assert {change.subject for change in given_up} <= deleted
        assert not Change.objects.filter(state=State.DONE).exclude(error_code="").exists()

    def every_post_is_there_once(self, posts: dict[int, Post], documents: dict[str, dict[str, Any]]) -> None:
        assert set(posts) == set(self.journal)
        known = Counter(post.remote_id for post in posts.values() if post.remote_id)
        assert known == Counter(documents.keys())
        never_sent = {pk for pk, post in posts.items() if not post.remote_id}
        assert all(self.journal[pk].deleted for pk in never_sent)

    def every_post_is_as_it_was_meant(self, posts: dict[int, Post], documents: dict[str, dict[str, Any]]) -> None:
        for pk, meant in self.journal.items():
            post = posts[pk]
            if not post.remote_id:
                continue
            document = documents[post.remote_id]
            assert bool(document["deleted"]) == meant.deleted, (pk, meant)
            if not meant.deleted:
                assert (document["summary"], post.text) == (meant.texts[-1], meant.texts[-1]), pk
                assert document["status"] == "scheduled"

    def creations_agree_with_the_log(self, posts: dict[int, Post], documents: dict[str, dict[str, Any]]) -> None:
        """Each creation that took effect belongs to exactly one change, and each change that is done to one of them."""
        effects = Counter(
            entry["response"]["results"]["post"]["_id"]
            for entry in self.entries
            if entry["operation"] == "create-post" and entry["carried_out"]
        )
        done = Change.objects.filter(operation=POST_CREATE, state=State.DONE)
        assert effects == Counter(done.values_list("outcome__id", flat=True))
        assert set(effects.values()) <= {1}
        assert set(effects) == set(documents)
        for change in done:
            pk = int(change.subject.partition(":")[2])
            assert posts[pk].remote_id == change.outcome["id"]

    def edits_agree_with_the_log(self, posts: dict[int, Post]) -> None:
        """HighLevel never met a text that nobody meant, and never an older one after a newer one."""
        by_remote_id = {post.remote_id: pk for pk, post in posts.items()}
        told: dict[int, list[str]] = {}
        for entry in self.entries:
            if entry["operation"] == "edit-post" and entry["carried_out"]:
                pk = by_remote_id[entry["path"].rpartition("/")[2]]
                told.setdefault(pk, []).append(entry["body"]["summary"])
        for pk, texts in told.items():
            order = [self.journal[pk].texts.index(text) for text in texts]
            assert order == sorted(order), (pk, texts)
            assert len(order) == len(set(order)), f"post {pk} was told twice: {texts}"

    def deletions_agree_with_the_log(self, posts: dict[int, Post]) -> None:
        """Whatever HighLevel forgot somebody wanted it to forget, and a change says so."""
        asked: set[str] = set()
        for entry in self.entries:
            if entry["carried_out"] and entry["operation"] == "delete-post":
                asked.add(entry["path"].rpartition("/")[2])
            elif entry["carried_out"] and entry["operation"] == "bulk-delete-social-planner-posts":
                asked.update(entry["body"]["postIds"])
        done = Change.objects.filter(state=State.DONE)
        told = {
            posts[int(subject.partition(":")[2])].remote_id
            for subject in done.filter(operation=POST_DELETE).values_list("subject", flat=True)
        }
        for payload in done.filter(operation=POST_BULK_DELETE).values_list("payload", flat=True):
            told.update(payload[POSTS].values())
        assert asked == told
        wanted = {posts[pk].remote_id for pk, meant in self.journal.items() if meant.deleted and posts[pk].remote_id}
        assert asked == wanted

    def _documents(self) -> dict[str, dict[str, Any]]:
        """Every post that HighLevel has ever had, without the rows of single accounts."""
        store = Store(self.data)
        try:
            found = store.find("post", order="rowid")
        finally:
            store.close()
        return {doc["_id"]: doc for doc in found if not doc["parentPostId"]}

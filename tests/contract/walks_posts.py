"""The walk through posts, and a post with everything that a request can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from highlevel.api import (
    ApprovalInput,
    BoardChoice,
    CalendarDay,
    ClockTime,
    EventEnd,
    EventStart,
    FacebookDetails,
    GoogleDetails,
    InstagramDetails,
    LinkedinDetails,
    LinkPreview,
    Media,
    PinterestDetails,
    Poll,
    PollOption,
    PollSettings,
    PostInput,
    TiktokDetails,
    YoutubeDetails,
)
from tests.contract.tour import Tour, Walk, step

PICTURE = Media(url="https://files.example.com/a.jpg", type="image/jpeg", caption="A", alt_text="A door")


def walk_posts(tour: Tour) -> Walk:
    account_id = tour.account_id
    categories = yield step("categories.iter")
    tags = yield step("tags.iter")
    page = yield step("posts.list_page", **tour.window)
    assert page.rows
    yield step(
        "posts.list_page",
        **tour.window,
        skip=1,
        limit=5,
        type="scheduled",
        account_ids=[account_id],
        post_type="post",
        include_users=False,
    )
    for kind in ("recent", "draft", "failed", "in_review", "published", "in_progress", "pending", "deleted"):
        yield step("posts.list_page", **tour.window, type=kind)
    yield step("posts.iter_pages", **tour.window, page_size=50)
    yield step("posts.iter", **tour.window, page_size=100)
    for row in page.rows[:10]:
        yield step("posts.get", post_id=row.id)
    draft = yield step("posts.create", post=PostInput(account_ids=(account_id,), user_id=tour.user_id, status="draft"))
    full = full_post(tour, account_id, categories[0].id, tags[0].id)
    made = yield step("posts.create", post=full)
    yield step("posts.get", post_id=made.id)
    yield step("posts.edit", post_id=draft.id, post=full)
    yield step("posts.create", post=_with(full, status="published", schedule_date=None, approval=None))
    review = _with(full, status="in_review", approval=ApprovalInput(approver=tour.user_id, requester_note="Please"))
    yield step("posts.create", post=review)
    poll = Poll(
        question="Which?",
        options=(PollOption(text="One"), PollOption(text="Two")),
        settings=PollSettings(duration="ONE_DAY"),
    )
    linkedin = LinkedinDetails(pdf_title="Title", post_as_pdf=False, poll=poll)
    yield step("posts.create", post=_with(full, media=(), link_preview=None, linkedin=linkedin))
    yield step("posts.delete", post_id=draft.id)
    yield step("posts.bulk_delete", post_ids=[made.id])


def _with(post: PostInput, **changes: Any) -> PostInput:
    return replace(post, **changes)


def full_post(tour: Tour, account_id: str, category_id: str, tag_id: str) -> PostInput:
    """A post with everything that a request can hold."""
    day = CalendarDay(year=2031, month=1, day=2)
    time = ClockTime(hours=10, minutes=0, seconds=0)
    return PostInput(
        account_ids=(account_id,),
        user_id=tour.user_id,
        created_by=tour.user_id,
        status="scheduled",
        summary="Everything at once",
        media=(PICTURE,),
        schedule_date=tour.box.clock.now() + timedelta(days=3),
        schedule_time_updated=True,
        selected_best_time="2031-01-02T10:00:00.000Z",
        follow_up_comment="More below",
        link_preview=LinkPreview(
            meta_image="https://x.example/i.png", meta_link="https://x.example", og_title="T", og_description="D"
        ),
        approval=ApprovalInput(
            approver=tour.user_id, requester_note="R", approver_note="A", approval_status="not_required"
        ),
        tags=(tag_id,),
        category_id=category_id,
        apply_watermark=False,
        **network_details(account_id, day, time),
    )


def network_details(account_id: str, day: CalendarDay, time: ClockTime) -> dict[str, Any]:
    """All seven details, full."""
    return {
        "tiktok": TiktokDetails(
            privacy_level="PUBLIC_TO_EVERYONE",
            promote_other_brand=False,
            enable_comment=True,
            enable_duet=False,
            enable_stitch=False,
            video_disclosure=False,
            promote_your_brand=False,
        ),
        "google": GoogleDetails(
            event_type="OFFER",
            title="Title",
            offer_title="Offer",
            start=EventStart(day=day, time=time),
            end=EventEnd(day=replace(day, day=day.day + 1), time=time),
            terms_conditions="Terms",
            url="https://x.example",
            coupon_code="C1",
            redeem_online_url="https://x.example/r",
            action_type="book",
        ),
        "linkedin": LinkedinDetails(pdf_title="Title", post_as_pdf=False),
        "pinterest": PinterestDetails(
            title="Title",
            link="https://x.example",
            board_ids={"6887d6de1d8175813d50dab8": "1"},
            pinterest_boards=(BoardChoice(account_id=account_id, boards=("1",)),),
            shortened_links=("https://x.example/s",),
        ),
        "facebook": FacebookDetails(type="post"),
        "instagram": InstagramDetails(
            type="post",
            collaborators={account_id: ["friend"]},
            show_on_feed=True,
            publish_via_push_notification=False,
            publisher_note="Note",
        ),
        "youtube": YoutubeDetails(title="Title", privacy_level="private", type="video"),
    }

"""What a post may carry on its way in."""

from highlevel.sandbox.fields import Fields, boolean, choice, date, list_of, nested, number, text

STATUSES = (
    "draft",
    "scheduled",
    "in_review",
    "published",
    "in_progress",
    "pending",
    "failed",
    "notification_sent",
    "deleted",
)
MIME_TYPES = ("image/jpeg", "image/jpg", "image/png", "image/gif", "video/mp4", "video/mov", "video/webm")
DETAILS = tuple(
    f"{network}PostDetails"
    for network in ("tiktok", "gmb", "linkedin", "pinterest", "facebook", "instagram", "youtube")
)

_TYPE = choice("post", "story", "reel", required=True)

MEDIA = Fields(
    url=text(required=True),
    type=text(required=True),
    caption=text(),
    originalUrl=text(),
    watermarkedUrl=text(),
    thumbnail=text(),
    id=text(),
    optimizedUrl=text(),
    optimizedType=text(),
    isModified=boolean(),
    altText=text(max_length=4086),
)

OG_TAGS = Fields(metaImage=text(), metaLink=text(), ogTitle=text(), ogDescription=text())

APPROVAL = Fields(
    approver=text(),
    requesterNote=text(),
    approverNote=text(),
    approvalStatus=choice("pending", "approved", "rejected", "not_required"),
)

_DAY = nested(Fields(year=number(required=True), month=number(required=True), day=number(required=True)))
_TIME = nested(Fields(hours=number(required=True), minutes=number(required=True), seconds=number(required=True)))

_POLL = Fields(
    question=text(required=True, max_length=140),
    options=list_of(
        nested(Fields(text=text(required=True, max_length=30))), required=True, min_items=2, max_items=4, unique=True
    ),
    settings=nested(
        Fields(duration=choice("ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS", required=True)), required=True
    ),
)

NETWORK_FIELDS = Fields(
    tiktokPostDetails=nested(
        Fields(
            privacyLevel=choice("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY", required=True),
            promoteOtherBrand=boolean(),
            enableComment=boolean(),
            enableDuet=boolean(),
            enableStitch=boolean(),
            videoDisclosure=boolean(),
            promoteYourBrand=boolean(),
        )
    ),
    gmbPostDetails=nested(
        Fields(
            gmbEventType=choice("STANDARD", "EVENT", "OFFER", required=True),
            title=text(max_length=58),
            offerTitle=text(),
            startDate=nested(Fields(startDate=_DAY, startTime=_TIME)),
            endDate=nested(Fields(endDate=_DAY, endTime=_TIME)),
            termsConditions=text(),
            url=text(),
            couponCode=text(),
            redeemOnlineUrl=text(),
            actionType=choice("none", "order", "book", "shop", "learn_more", "call", "sign_up"),
        )
    ),
    linkedinPostDetails=nested(
        Fields(pdfTitle=text(max_length=100), postAsPdf=boolean(required=True), poll=nested(_POLL))
    ),
    pinterestPostDetails=nested(
        Fields(
            title=text(max_length=100),
            link=text(max_length=2048),
            boardIds=nested(),
            pinterestBoards=list_of(
                nested(
                    Fields(
                        accountId=text(required=True),
                        boards=list_of(text(), required=True, min_items=1, max_items=25),
                    )
                )
            ),
            shortenedLinks=list_of(text()),
        )
    ),
    facebookPostDetails=nested(Fields(type=_TYPE, textFormatPresetId=text(not_empty=True))),
    instagramPostDetails=nested(
        Fields(
            type=_TYPE,
            collaborators=nested(),
            showOnFeed=boolean(),
            publishViaPushNotification=boolean(),
            publisherNote=text(),
        )
    ),
    youtubePostDetails=nested(
        Fields(
            title=text(max_length=100),
            privacyLevel=choice("private", "public", "unlisted"),
            type=choice("video", "short", required=True),
        )
    ),
)
"""The seven per-network detail objects."""

POST = (
    Fields(
        accountIds=list_of(text(), required=True),
        summary=text(),
        media=list_of(nested(MEDIA)),
        status=choice(*STATUSES),
        scheduleDate=date(),
        selectedBestTime=date(),
        createdBy=text(not_empty=True),
        followUpComment=text(),
        ogTagsDetails=nested(OG_TAGS),
        type=choice("post", "story", "reel", required=True),
        postApprovalDetails=nested(APPROVAL),
        scheduleTimeUpdated=boolean(),
        tags=list_of(text()),
        categoryId=text(),
        applyWatermark=boolean(),
        userId=text(required=True),
    )
    | NETWORK_FIELDS
)
"""The body of create and edit."""

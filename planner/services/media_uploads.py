"""Taking files from people, and giving posts the address that each has once HighLevel keeps it."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from highlevel.models import Location
from highlevel.outbox import change_record
from planner.models import MediaUpload, UploadState
from planner.models.media_upload import MAKING, uploads_folder
from planner.outbox.subjects import TITLE
from planner.outbox.uploading import MEDIA_UPLOAD, upload_subject
from planner.probing import Facts, ProbeProblem, probe
from planner.strays import strays_remove

MEGABYTE = 1024 * 1024
LARGEST, LARGEST_FILM = 25 * MEGABYTE, 500 * MEGABYTE  # what HighLevel's library takes
KEPT_AFTER = timedelta(days=1)  # that a file stays here once HighLevel has it
KEPT_REFUSED = timedelta(days=30)  # that one stays which may still be tried again


class UploadProblem(Exception):
    """The file was not taken. `too_large` tells that from all other reasons; `str()` is a sentence for a person."""

    def __init__(self, sentence: str, *, too_large: bool = False) -> None:
        super().__init__(sentence)
        self.too_large = too_large


def media_upload_take(*, location: Location, person: User, file: UploadedFile, name: str, now: datetime) -> MediaUpload:
    """Keep a file here and record that it has to reach HighLevel's media library. Raises UploadProblem.

    Its content is looked at and not its name; of what people call it only the last part is kept.
    """
    facts = _facts_of(file)
    upload = MediaUpload(
        location=location,
        person=person,
        name=_plain(name),
        mime=facts.mime,
        size=file.size or 0,
        facts=facts.to_json(),
        created_at=now,
    )
    upload.file = upload.remote_name
    uploads_folder().mkdir(parents=True, exist_ok=True)
    _keep(file, upload)
    try:
        with transaction.atomic():
            upload.save()
            change_record(
                location=location,
                subject=upload_subject(upload),
                operation=MEDIA_UPLOAD,
                payload={TITLE: upload.name},
                actor=person,
                now=now,
            )
    except Exception:
        upload.path.unlink(missing_ok=True)
        raise
    return upload


def too_large_words() -> str:
    """What is said of a file beyond every limit."""
    return _("The file is too large. HighLevel takes pictures and PDFs of up to 25 MB and films of up to 500 MB.")


def uploads_clean(*, now: datetime) -> int:
    """Remove the files that HighLevel has had for a day, or refused a month ago; returns how many.

    What is in the folder without a row is what a failed upload left behind, and goes too once it is a day old.
    """
    held = MediaUpload.objects.exclude(file="")
    over = held.filter(state=UploadState.READY, settled_at__lt=now - KEPT_AFTER) | held.filter(
        state=UploadState.REFUSED, settled_at__lt=now - KEPT_REFUSED
    )
    gone = 0
    for upload in over:
        # One that somebody tries again at this moment is needed.
        if MediaUpload.objects.filter(pk=upload.pk, state=upload.state, settled_at=upload.settled_at).update(file=""):
            upload.path.unlink(missing_ok=True)
            gone += 1
    return gone + strays_remove(uploads_folder(), rows=MediaUpload.objects.all(), before=now - KEPT_AFTER)


def _facts_of(file: UploadedFile) -> Facts:
    if not file.size:
        raise UploadProblem(_("The file is empty. Choose one with something in it."))
    try:
        facts = probe(file)
    except ProbeProblem as problem:
        raise UploadProblem(str(problem)) from problem
    if facts.mime not in MAKING:
        raise UploadProblem(
            _("HighLevel takes JPEG, PNG, GIF, MP4, MOV, WebM and PDF files. This one is of another kind (%(kind)s).")
            % {"kind": facts.mime}
        )
    if file.size > (LARGEST_FILM if facts.is_film else LARGEST):
        raise UploadProblem(too_large_words(), too_large=True)
    return facts


def _keep(file: UploadedFile, upload: MediaUpload) -> None:
    file.seek(0)
    with upload.path.open("xb") as kept:
        shutil.copyfileobj(file, kept)


def _plain(name: str) -> str:
    """The last part of a file's name without signs that do not show."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:255] or "file"

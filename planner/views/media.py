"""Files for posts: taking them, and saying how far they have come. The composer's script asks, so answers are JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.access import WRITERS, ViewerRequest, location_member
from highlevel.models import Location
from planner.selectors.media_uploads import UploadLine, upload_lines
from planner.services.media_uploads import LARGEST_FILM, MEGABYTE, UploadProblem, media_upload_take, too_large_words
from planner.thumbnail_links import thumbnail_address

SHOWN = 96  # pixels of the small copy that the composer shows
AROUND = MEGABYTE  # of the request that are not the file


# Looking for the token reads the form, and a form of 2 GB must be refused before; so the inner view looks.
@csrf_exempt
@location_member(*WRITERS)
@require_POST
def upload_create(request: ViewerRequest, location: Location) -> HttpResponse:
    """Take the one file in `file`: 201 with what is known of it, 413 for too much, 422 for what cannot be used."""
    if _length(request) > LARGEST_FILM + AROUND:
        return _problem(too_large_words(), 413)
    return _upload_create(request, location=location)


@csrf_protect
def _upload_create(request: HttpRequest, location: Location) -> HttpResponse:
    files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    if len(files) != 1:
        return _problem(_("Send one file.") if files else _("There is no file. Choose one."), 422)
    try:
        upload = media_upload_take(
            location=location,
            person=request.user,  # type: ignore[arg-type]
            file=files[0],
            name=files[0].name or "",
            now=timezone.now(),
        )
    except UploadProblem as problem:
        return _problem(str(problem), 413 if problem.too_large else 422)
    (line,) = upload_lines(location, [upload.pk])
    return JsonResponse(_described(line), status=201)


@location_member()
@require_safe
@never_cache
def upload_states(request: ViewerRequest, location: Location) -> HttpResponse:
    """The uploads of the location that `id` names, any number of them: how far each has come."""
    keys = [int(text) for text in request.GET.getlist("id") if text.isascii() and text.isdigit() and len(text) < 19]
    return JsonResponse({"uploads": [_described(line) for line in upload_lines(location, keys)]})


def _described(line: UploadLine) -> dict[str, Any]:
    upload = line.upload
    return {
        "id": upload.pk,
        "address": upload.address,
        "name": upload.name,
        "mime": upload.mime,
        "size": upload.size,
        "facts": upload.facts,
        "state": line.state,
        "url": upload.url,
        "error": line.error,
        "thumbnail": thumbnail_address(upload.address, SHOWN),
    }


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _problem(sentence: str, status: int) -> HttpResponse:
    return JsonResponse({"error": sentence}, status=status)

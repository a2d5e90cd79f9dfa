"""The list of imports, the first step of a new one, and the samples."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.http import Http404, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import WRITERS, ViewerRequest, locations_for, signed_in
from accounts.models import User
from planner.import_forms import ImportFilterForm, UploadForm, too_large
from planner.imports.columns import COLUMNS, FileKind
from planner.imports.problems import BadFile
from planner.imports.reading.limits import LARGEST_FILE
from planner.imports.samples import sample
from planner.selectors.import_list import VIEWS, import_list
from planner.selectors.import_steps import page_of
from planner.selectors.imports import import_of
from planner.selectors.keyset import Place
from planner.services.import_reading import import_read, import_upload

LIST, FILE = "planner/import_list.html", "planner/import_file.html"
READ_AT_ONCE = 2 << 20  # bytes of a file that is read within the request; a worker reads larger ones
ROOM_FOR_FORM = 1 << 20  # bytes around the file in the body


@signed_in
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def import_list_page(request: ViewerRequest) -> HttpResponse:
    """Imports of the chosen locations, newest first, with a search and filters."""
    form = ImportFilterForm(request.GET)
    form.is_valid()
    place = Place.read(request.GET.get("page", ""))
    asked = form.cleaned_data
    words, view, kind = asked.get("q", ()), asked.get("state", ""), asked.get("kind", "")
    context = {
        "list": import_list(request.scope, words=words, view=view, kind=kind, place=place),
        "problems": [*form.problems, *([place.problem] if place.problem else [])],
        "words": words,
        "view": view,
        "views": VIEWS,
        "kind": kind,
        "kinds": FileKind.choices,
        "narrowed": bool(words or view or kind),
        "may_upload": _may_upload(request.user),
        **_samples(),
    }
    piece = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "imports"
    return TemplateResponse(request, f"{LIST}#imports" if piece else LIST, context)


@csrf_exempt
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def import_new(request: ViewerRequest) -> HttpResponse:
    """Choose a file and send it. One that is too large is refused before its body is read; the token is checked
    after that, because Django reads the body to find it."""
    if not _may_upload(request.user):
        raise PermissionDenied(_("Your role lets you read, not change. A manager can give you another one."))
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FILE + ROOM_FOR_FORM:
        return _file_page(request, [too_large()])
    return _upload(request)


@csrf_protect
def _upload(request: ViewerRequest) -> HttpResponse:
    if request.method != "POST":
        return _file_page(request, [])
    try:
        form = UploadForm(request.POST, request.FILES)
    except (MultiPartParserError, RequestDataTooBig, TooManyFilesSent):
        return _file_page(request, [_("The file did not arrive whole. Send it again.")])
    if not form.is_valid():
        return _file_page(request, [str(error) for error in form.errors["file"]])
    file, now = form.cleaned_data["file"], timezone.now()
    try:
        made = import_upload(chunks=file.chunks(), name=file.name, actor=request.user, now=now)
    except BadFile as bad:
        return _file_page(request, [str(bad.problem)])
    if made.file_size <= READ_AT_ONCE:
        import_read(made, now=now)
    address = reverse("planner:import_show", args=[made.key])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


@signed_in
@require_safe
def import_show(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Lead to the step that the import stands at."""
    return redirect(f"planner:import_{page_of(import_of(request.user, key))}", key=key)


@signed_in
@require_safe
def import_sample(request: ViewerRequest, kind: str) -> HttpResponse:
    """A sample of a kind of file, to download. It begins with a mark, without which Excel takes it for Windows-1252."""
    if kind not in FileKind.values:
        raise Http404(_("There is no such sample."))
    answer = HttpResponse("\ufeff" + sample(FileKind(kind)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rota-{kind}-sample.csv"'
    return answer


def _file_page(request: ViewerRequest, problems: list[str]) -> HttpResponse:
    context = {"problems": problems, "most": LARGEST_FILE, "too_large": too_large(), **_samples()}
    piece = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "upload"
    return TemplateResponse(request, f"{FILE}#upload" if piece else FILE, context, status=422 if problems else 200)


def _may_upload(user: User) -> bool:
    return locations_for(user, *WRITERS).exists()


def _samples() -> dict[str, object]:
    kinds = (FileKind.AGENCY, FileKind.BASIC, FileKind.ADVANCED)
    samples = [(kind.value, kind.label, COLUMNS[kind]) for kind in kinds]
    return {"samples": samples, "megabytes": LARGEST_FILE >> 20}

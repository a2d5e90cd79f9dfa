"""The media library, and the pictures that the sandbox serves itself.

`media` (location = locationId, at = createdAt, parent = folder id or "root"): _id, altId (locationId), altType, name,
parentId, type ("file" or "folder"), contentType, url, path, size, createdAt, updatedAt; the bytes of an upload are kept
in `media_content` (same id) as base64.
`picture_url(name)`, `avatar_url(name)` and `video_url(name)` are addresses of generated files, for any name; a page at
/sandbox/articles/{name} describes itself, as links in posts do.
"""

import base64
import mimetypes
from html import escape
from typing import Any
from urllib.parse import quote

from werkzeug import Response
from werkzeug.datastructures import FileStorage

from highlevel.sandbox.access import check_location
from highlevel.sandbox.clock import iso
from highlevel.sandbox.fields import Fields, boolean_string, choice, number_string, text
from highlevel.sandbox.operations import Call, Refusal, Reply, operation, page
from highlevel.sandbox.pictures import SHAPES, draw_avatar, draw_face, draw_jpeg, draw_mp4, draw_png
from highlevel.sandbox.store import Document
from highlevel.sandbox.world import ORIGIN

LARGEST_FILE = 25 * 1024 * 1024
LARGEST_FILM = 500 * 1024 * 1024
_ROOT = "root"


def picture_url(name: str, shape: str = "square", ending: str = "png") -> str:
    """The address of a generated PNG, or with `ending` jpg of a JPEG; `shape` is square, portrait or wide."""
    return f"{ORIGIN}/sandbox/pictures/{shape}/{quote(name)}.{ending}"


def avatar_url(name: str) -> str:
    """The address of a generated PNG for a person or a page. With `.svg` instead it has the initials."""
    return f"{ORIGIN}/sandbox/avatars/{quote(name, safe='')}.png"


def video_url(name: str) -> str:
    """The address of a generated MP4, which has the right type and plays nothing."""
    return f"{ORIGIN}/sandbox/videos/{quote(name)}.mp4"


@operation(
    "upload-media-content",
    "POST",
    "/medias/upload-file",
    scope="medias.write",
    body=Fields(),
    form=Fields(hosted=boolean_string(), fileUrl=text(), name=text(), parentId=text()),
)
def upload_file(call: Call) -> Reply:
    """Keep an upload (25 MB at most, a film 500 MB), or remember a file hosted elsewhere, in the token's location."""
    hosted = call.body.get("hosted") == "true"
    upload = call.files.get("file")
    if hosted and not str(call.body.get("fileUrl", "")).startswith(("https://", "http://", ORIGIN)):
        raise Refusal(400, "fileUrl must be a valid URL")
    if not hosted and upload is None:
        raise Refusal(400, "File is required")
    doc = _hosted(call) if hosted or upload is None else _uploaded(call, upload)
    stamp = iso(call.now)
    doc |= {
        "altId": call.bearer.location_id,
        "altType": "location",
        "type": "file",
        "createdAt": stamp,
        "updatedAt": stamp,
    }
    parent = call.body.get("parentId") or _ROOT
    doc["parentId"] = parent
    call.world.store.insert("media", doc, location=call.bearer.location_id, at=call.now, parent=parent)
    return Reply(200, {"fileId": doc["_id"], "url": doc["url"]})


@operation(
    "fetch-media-content",
    "GET",
    "/medias/files",
    scope="medias.readonly",
    query=Fields(
        altType=choice("location", required=True),
        altId=text(required=True),
        sortBy=text(required=True),
        sortOrder=text(required=True),
        type=text(required=True),
        offset=number_string(),
        limit=number_string(),
        query=text(),
        parentId=text(),
        fetchAll=text(),
    ),
)
def list_files(call: Call) -> Reply:
    """Files of a location by date or name, those of one folder or all."""
    query = call.query
    check_location(call, query["altId"])
    parent = None if query.get("fetchAll") == "true" else query.get("parentId") or _ROOT
    found = call.world.store.find("media", location=query["altId"], parent=parent)
    wanted = query.get("query", "").casefold()
    found = [doc for doc in found if wanted in doc["name"].casefold() and doc["type"] == query["type"]]
    key = "name" if query["sortBy"] == "name" else "createdAt"
    found.sort(key=lambda doc: str(doc[key]), reverse=query["sortOrder"] == "desc")
    skip, limit = int(float(query.get("offset") or 0)), int(float(query.get("limit") or 20))
    return Reply(200, {"files": found[skip : skip + limit]})


@page("media-content", "GET", "/sandbox/media/{id}/{name}")
def media_content(call: Call) -> Response:
    """The bytes of an upload."""
    content = call.world.store.get("media_content", call.path["id"])
    media = call.world.store.get("media", call.path["id"])
    if content is None or media is None:
        return Response("No such file.", 404, content_type="text/plain")
    return _file(base64.b64decode(content["data"]), media["contentType"])


@page("picture", "GET", "/sandbox/pictures/{shape}/{name}")
def picture(call: Call) -> Response:
    """A generated picture."""
    if call.path["shape"] not in SHAPES:
        return Response("No such shape.", 404, content_type="text/plain")
    name, shape = call.path["name"], call.path["shape"]
    if name.endswith(".jpg"):
        return _file(draw_jpeg(name.removesuffix(".jpg"), shape), "image/jpeg")
    return _file(draw_png(name.removesuffix(".png"), shape), "image/png")


@page("avatar", "GET", "/sandbox/avatars/{name}")
def avatar(call: Call) -> Response:
    """A generated pattern, or initials."""
    name = call.path["name"]
    if name.endswith(".svg"):
        return _file(draw_avatar(name.removesuffix(".svg")).encode(), "image/svg+xml")
    return _file(draw_face(name.removesuffix(".png")), "image/png")


@page("video", "GET", "/sandbox/videos/{name}")
def video(call: Call) -> Response:
    """A generated file that passes for a video."""
    return _file(draw_mp4(call.path["name"].removesuffix(".mp4")), "video/mp4")


@page("article", "GET", "/sandbox/articles/{name}")
def article(call: Call) -> Response:
    """A page that describes itself, for links in posts; its title is its name."""
    name = call.path["name"]
    title, picture_of = escape(name.replace("-", " ").capitalize()), f"/sandbox/pictures/wide/{quote(name)}.png"
    head = (
        f'<meta charset="utf-8"><title>{title}</title><meta property="og:title" content="{title}">'
        f'<meta property="og:description" content="All about it, in three minutes.">'
        f'<meta property="og:image" content="{picture_of}">'
    )
    page = f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{title}</h1></body></html>'
    return Response(page, 200, content_type="text/html; charset=utf-8")


def _uploaded(call: Call, upload: FileStorage) -> Document:
    data = upload.read()
    most = LARGEST_FILM if (upload.mimetype or "").startswith("video/") else LARGEST_FILE
    if len(data) > most:
        raise Refusal(400, f"File size is too large, the maximum is {most // 1024 // 1024} MB")
    name = call.body.get("name") or upload.filename or "file"
    id = call.world.new_id()
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    call.world.store.insert("media_content", {"_id": id, "data": base64.b64encode(data).decode()})
    return _media(
        id, name, f"{ORIGIN}/sandbox/media/{id}/{quote(name, safe='')}", upload.mimetype or guessed, len(data)
    )


def _hosted(call: Call) -> Document:
    url = call.body["fileUrl"]
    name = call.body.get("name") or url.rsplit("/", 1)[-1]
    guessed = mimetypes.guess_type(url)[0] or "application/octet-stream"
    return _media(call.world.new_id(), name, url, guessed, 0)


def _media(id: str, name: str, url: str, content_type: str, size: int) -> dict[str, Any]:
    return {"_id": id, "name": name, "url": url, "path": name, "contentType": content_type, "size": size}


def _file(data: bytes, content_type: str) -> Response:
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(data, 200, headers, content_type=content_type)

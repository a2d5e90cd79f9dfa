"""Where HighLevel's documents are invalid or contradict themselves, and what is read instead. Each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Patch:
    """One correction of one document ("*": of each)."""

    document: str
    reason: str
    apply: Callable[[Document], None]


def _schemas(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"]
    return found


def _scalars_called_objects(document: Document) -> None:
    def walk(node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if node.get("type") == "object" and isinstance(node.get("example"), str) and "properties" not in node:
                node["type"] = "string"
            for one in node.values():
                walk(one)

    walk(document)


def _undeclared_path_parameter(document: Document) -> None:
    bulk_delete = document["paths"]["/social-media-posting/{locationId}/posts/bulk-delete"]["post"]
    bulk_delete["parameters"].append(
        {"name": "locationId", "in": "path", "required": True, "schema": {"type": "string"}}
    )


def _nested(document: Document, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


CONNECT = "/social-media-posting/oauth/{locationId}/{platform}/accounts/{accountId}"


def _choices_by_platform(document: Document) -> None:
    schema = document["paths"][CONNECT]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    names = {
        "facebook": "GetFacebookAccountsResponseDTO",
        "instagram": "GetInstagramAccountsResponseDTO",
        "google": "GetGoogleLocationResponseDTO",
        "linkedin": "GetLinkedInAccountsResponseDTO",
        "tiktok": "GetTiktokAccountResponseDTO",
        "tiktok-business": "GetTiktokBusinessAccountResponseDTO",
        "youtube": "GetYouTubeAccountsResponseDTO",
        "pinterest": "GetPinterestAccountsResponseDTO",
        "threads": "GetTiktokAccountResponseDTO",
    }
    _split(document, schema, names)


def _choices_as_in_the_examples(document: Document) -> None:
    schemas = _schemas(document)
    text, flag = {"type": "string"}, {"type": "boolean"}
    linkedin = schemas["GetLinkedInAccountSchema"]["properties"]
    linkedin["profile"] = {"anyOf": [linkedin["profile"], _nested(document, "LinkedInProfileSchema")]}
    schemas["GetYoutubeAccountSchema"]["properties"]["channels"] = {
        "type": "array",
        "items": _nested(document, "YoutubeProfileSchema"),
    }
    schemas["GetTiktokAccountSchema"]["properties"] |= {
        "openId": text,
        "displayName": text,
        "avatarUrl": text,
        "isConnected": flag,
    }
    schemas["GetPinterestAccountSchema"]["properties"] |= {
        "id": text,
        "username": text,
        "businessName": text,
        "avatar": text,
        "isConnected": flag,
    }
    schemas["InstagramAccountSchema"]["properties"]["isBusinessAccount"] = flag


def _attach_by_platform(document: Document) -> None:
    attach = document["paths"][CONNECT]["post"]
    bodies = {
        "facebook": "AttachFBAccountDTO",
        "instagram": "AttachIGAccountDTO",
        "google": "AttachGMBLocationDTO",
        "linkedin": "AttachLinkedinAccountDTO",
        "tiktok": "AttachTiktokAccountDTO",
        "tiktok-business": "AttachTiktokAccountDTO",
        "youtube": "AttachYoutubeAccountResponseDTO",
        "pinterest": "AttachPinterestAccountDTO",
        "threads": "AttachThreadsAccountDTO",
    }
    _split(document, attach["requestBody"]["content"]["application/json"]["schema"], bodies)
    answers = {
        "facebook": "SocialMediaFBAccountResponseDTO",
        "instagram": "SocialMediaInstagramAccountResponseDTO",
        "google": "SocialMediaGmbAccountResponseDTO",
        "linkedin": "SocialMediaLinkedInAccountResponseDTO",
        "tiktok": "SocialMediaTiktokAccountResponseDTO",
        "tiktok-business": "SocialMediaTiktokAccountResponseDTO",
        "youtube": "SocialMediaYouTubeAccountResponseDTO",
        "pinterest": "SocialMediaPinterestAccountResponseDTO",
        "threads": "SocialMediaThreadsAccountResponseDTO",
    }
    _split(document, attach["responses"]["201"]["content"]["application/json"]["schema"], answers)


def _split(document: Document, schema: dict[str, Any], names: dict[str, str]) -> None:
    schema.clear()
    schema["x-by-platform"] = {platform: _nested(document, name) for platform, name in names.items()}


def _tiktok_business_can_be_attached(document: Document) -> None:
    parameters = document["paths"][CONNECT]["post"]["parameters"]
    platform = next(one for one in parameters if one["name"] == "platform")
    platform["schema"]["enum"].append("tiktok-business")


def _start_answers_a_redirect(document: Document) -> None:
    responses = document["paths"]["/social-media-posting/oauth/{platform}/start"]["get"]["responses"]
    responses["302"] = {"description": "On to the network's sign-in page"}


def _media_is_read_back_as_a_kind(document: Document) -> None:
    schemas = _schemas(document)
    kinds = {**schemas["PostMediaSchema"], "properties": {**schemas["PostMediaSchema"]["properties"]}}
    kinds["properties"]["type"] = {"type": "string"}
    schemas["PostMediaAnswerSchema"] = kinds
    for name in ("GetPostFormattedSchema", "GetModifiedPayloadFormattedSchema"):
        schemas[name]["properties"]["media"]["items"] = _nested(document, "PostMediaAnswerSchema")


def _posts_of_queues_have_their_own_source(document: Document) -> None:
    schemas = _schemas(document)
    full = schemas["GetModifiedPayloadFormattedSchema"]["properties"]["source"]["enum"]
    schemas["GetPostFormattedSchema"]["properties"]["source"]["enum"] = full


def _imports_are_told_by_id(document: Document) -> None:
    schema = _schemas(document)["CSVImportSchema"]
    del schema["required"]
    schema["anyOf"] = [{"required": ["id"]}, {"required": ["_id"]}]


def _media_files_are_objects(document: Document) -> None:
    _schemas(document)["GetFilesResponseDTO"]["properties"]["files"]["items"] = {"type": ["object", "string"]}


PATCHES = (
    Patch(
        "social-planner",
        "29 properties are called objects while their examples are strings: their enums were lost in generation",
        _scalars_called_objects,
    ),
    Patch(
        "social-planner",
        "bulk-delete has {locationId} in its path and does not declare it",
        _undeclared_path_parameter,
    ),
    Patch(
        "social-planner",
        "step 2 is a oneOf of objects without required fields, so every answer fits all of them and oneOf fails; the "
        "platform in the path says which one is meant. Threads is missing, and answers profiles as TikTok does",
        _choices_by_platform,
    ),
    Patch(
        "social-planner",
        "step 2's own examples have shapes that its schemas lack: one LinkedIn profile, YouTube channels, flat TikTok "
        "and Pinterest accounts, isBusinessAccount on Instagram",
        _choices_as_in_the_examples,
    ),
    Patch(
        "social-planner",
        "step 3 is a oneOf too: Pinterest's body (only originId required) fits nearly every other, and four of the "
        "answers are alike; the answer for Threads is defined but not listed",
        _attach_by_platform,
    ),
    Patch(
        "social-planner",
        "step 3 leaves tiktok-business out of its platforms, although steps 1 and 2 offer it",
        _tiktok_business_can_be_attached,
    ),
    Patch(
        "social-planner",
        "step 1 promises a redirect in words and lists 200 only",
        _start_answers_a_redirect,
    ),
    Patch(
        "social-planner",
        "answers reuse the request's media with its MIME enum; the live service answers type image or video",
        _media_is_read_back_as_a_kind,
    ),
    Patch(
        "social-planner",
        "a post's source lacks category-queue, which the same post has in the queue's schema",
        _posts_of_queues_have_their_own_source,
    ),
    Patch(
        "social-planner",
        "a CSV import requires _id and describes id; the older document had _id, so either will do",
        _imports_are_told_by_id,
    ),
    Patch(
        "medias",
        "the rows of the file list are called strings while the example shows an object",
        _media_files_are_objects,
    ),
)

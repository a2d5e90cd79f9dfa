"""What a file is, by its first bytes; its name and what a server calls it are not believed."""

from __future__ import annotations

LOOKED_AT = 1024  # bytes that tell the kind
PDF = "application/pdf"
SVG = "image/svg+xml"
MP4, MOV, WEBM = "video/mp4", "video/mov", "video/webm"  # HighLevel has no other spelling of QuickTime

STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
)
BRANDS = {
    b"qt  ": MOV,
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
    b"avis": "image/avif",
}
OLD_MOV = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def kind_of(start: bytes) -> str:
    """The MIME type of a file that starts with these bytes, empty when it is none that posts carry."""
    for beginning, mime in STARTS:
        if start.startswith(beginning):
            return mime
    if start[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(start[8:12], "")
    if start[4:8] == b"ftyp":
        return BRANDS.get(start[8:12], MP4)
    if start[4:8] in OLD_MOV:
        return MOV
    if start[:4] == b"\x1aE\xdf\xa3":
        return WEBM if b"webm" in start[:64] else "video/x-matroska"
    if b"%PDF-" in start:
        return PDF
    return SVG if _is_svg(start) else ""


def _is_svg(start: bytes) -> bool:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text)

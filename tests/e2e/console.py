"""What the browser's console says during a test."""

from __future__ import annotations

from playwright.sync_api import Page

# A search that is overtaken by the next keystroke is given up on purpose; htmx reports that as two errors.
OVERTAKEN = ("htmx:afterRequest", "htmx:sendAbort")


def listen(page: Page) -> list[str]:
    """Errors and warnings of the page from now on, the policy against inline code included; filled as they come."""
    said: list[str] = []
    page.on(
        "console",
        lambda entry: (
            said.append(entry.text) if entry.type in ("error", "warning") and not overtaken(entry.text) else None
        ),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def overtaken(text: str) -> bool:
    return text.startswith(OVERTAKEN)

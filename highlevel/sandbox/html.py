"""The look of the sandbox's own pages."""

from html import escape

from werkzeug import Response

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 3rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
p.note { border: 1px solid; border-radius: 6px; padding: .5rem .75rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .75rem .25rem 0; }
label { display: block; padding: .25rem 0; } fieldset { border: 1px solid; border-radius: 6px; }
button, select { font: inherit; padding: .5rem 1rem; max-width: 100%; } select { padding: .4rem; }
ul { padding-left: 1.25rem; overflow-wrap: anywhere; } code, pre { font: .9em ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: 6px; }
"""


def html_page(title: str, body: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A whole page. `title` is escaped here; `body` is HTML whose caller has escaped what is not its own."""
    document = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head>"
        f'<body><main><p class="note">Sandbox: a stand-in for HighLevel. Nothing here reaches a real network.</p>'
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return Response(document, status, headers, content_type="text/html; charset=utf-8")

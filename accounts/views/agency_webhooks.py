"""The address that HighLevel calls by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import everyone
from highlevel.webhooks import LARGEST, Refused, webhook_receive


@csrf_exempt
@everyone
@require_POST
def highlevel_webhook(request: HttpRequest) -> HttpResponse:
    """Keep one signed delivery; a worker handles it. A delivery that came before is answered like a new one.

    No more is read than a delivery may hold, whatever length the request claims.
    """
    body = request.read(LARGEST + 1)
    try:
        webhook_receive(body=body, headers=request.headers, now=timezone.now())
    except Refused as refused:
        return HttpResponse(refused.reason, status=refused.status, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")

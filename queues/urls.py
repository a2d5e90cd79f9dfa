"""Addresses of the queues and of their editor."""

from django.urls import path

from queues.views import dates, draft, editor, imports, items, panels, queue_list, settings, slots, steps

app_name = "queues"
urlpatterns = [
    path("queues/", queue_list.queue_list, name="queue_list"),
    path("queues/together/", queue_list.queues_together, name="queues_together"),
    path("queues/new/", queue_list.queue_new, name="queue_new"),
    path("queues/<int:queue_id>/", editor.queue_edit, name="queue_edit"),
    path("queues/<int:queue_id>/steps/", steps.queue_steps, name="queue_steps"),
    path("queues/<int:queue_id>/draft/", draft.queue_draft, name="queue_draft"),
    path("queues/<int:queue_id>/here/", draft.queue_here, name="queue_here"),
    path("queues/<int:queue_id>/preview/", panels.queue_preview, name="queue_preview"),
    path("queues/<int:queue_id>/forecast/", panels.queue_forecast, name="queue_forecast"),
    path("queues/<int:queue_id>/slots/", slots.queue_slots, name="queue_slots"),
    path("queues/<int:queue_id>/settings/", settings.queue_settings, name="queue_settings"),
    path("queues/<int:queue_id>/state/", settings.queue_state, name="queue_state"),
    path("queues/<int:queue_id>/dates/", dates.queue_date, name="queue_date"),
    path("queues/<int:queue_id>/items/new/", items.item_new, name="item_new"),
    path("queues/<int:queue_id>/items/import/", imports.items_import, name="items_import"),
    path("queues/<int:queue_id>/items/<str:key>/", items.item_edit, name="item_edit"),
]

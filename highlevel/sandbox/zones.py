"""Where a location is."""

from zoneinfo import ZoneInfo

from highlevel.sandbox.world import World


def zone_name(world: World, location_id: str) -> str:
    """The IANA zone of a location; UTC for one that is unknown."""
    location = world.store.get("location", location_id)
    return str(location["timezone"]) if location else "UTC"


def zone_of(world: World, location_id: str) -> ZoneInfo:
    """The zone of a location."""
    return ZoneInfo(zone_name(world, location_id))

"""The company's locations, and everybody who works for them."""

import unicodedata
from datetime import timedelta

from highlevel.sandbox.clock import iso
from highlevel.sandbox.resources.medias import avatar_url
from highlevel.sandbox.seed.corpus import Agency, Person
from highlevel.sandbox.seed.place import Place, short_id
from highlevel.sandbox.store import Document


def location_document(place: Place, company_id: str) -> Document:
    """The location itself."""
    address, owner = place.client.address, place.client.people[0]
    domain = address["website"].removeprefix("https://")
    joined = iso(place.today - timedelta(days=place.random("joined").randint(120, 900)))
    return {
        "id": place.id,
        "companyId": company_id,
        "name": place.name,
        "timezone": place.zone.key,
        "email": f"hello@{domain}",
        "phone": address["phone"],
        "address": address["address"],
        "city": address["city"],
        "state": address["state"],
        "country": address["country"],
        "postalCode": address["postal"],
        "website": address["website"],
        "logoUrl": avatar_url(place.client.name),
        "domain": domain,
        "firstName": owner.first,
        "lastName": owner.last,
        "active": True,
        "installed": True,
        "installedAt": joined,
        "createdAt": joined,
    }


def client_people(place: Place, company_id: str) -> list[Document]:
    """The people of the client: one who decides, one who helps. The first is the location's approver."""
    domain = place.client.address["website"].removeprefix("https://")
    found = []
    for number, person in enumerate(place.client.people):
        user_id = client_person_id(place, number)
        mailbox = _mailbox(person, f"desk{number + 1}") + (f".{place.copy}" if place.copy else "")
        found.append(_user(user_id, company_id, person, f"{mailbox}@{domain}", "account", [place.id], place))
    return found


def agency_people(agency: Agency, company_id: str, places: list[Place]) -> list[Document]:
    """The people of the agency. Some see every location, the others share them out, some locations having both."""
    first, found = places[0], []
    part_time = [person for person in agency.people if not person.everywhere]
    for number, person in enumerate(agency.people):
        mine = [
            place.id
            for count, place in enumerate(places)
            if person.everywhere or count % 5 == 0 or count % len(part_time) == part_time.index(person)
        ]
        user_id = agency_person_id(first.seed, number)
        mail = f"{_mailbox(person, 'desk')}@{agency.domain}"
        found.append(_user(user_id, company_id, person, mail, "agency", mine, first))
    return found


def agency_person_id(seed: int, number: int) -> str:
    """The id of one of the people of the agency."""
    return short_id(seed, "agency", number)


def client_person_id(place: Place, number: int) -> str:
    """The id of one of the people of a client."""
    return short_id(place.seed, place.salt, "user", number)


def _user(
    user_id: str, company_id: str, person: Person, email: str, kind: str, location_ids: list[str], place: Place
) -> Document:
    roles = {
        "type": kind,
        "role": person.role,
        "locationIds": location_ids,
        "restrictSubAccount": kind == "agency" and not person.everywhere,
    }
    return {
        "id": user_id,
        "companyId": company_id,
        "name": f"{person.first} {person.last}",
        "firstName": person.first,
        "lastName": person.last,
        "title": person.title,
        "email": email,
        "phone": place.client.address["phone"],
        "extension": "",
        "profilePhoto": avatar_url(f"{person.first} {person.last}"),
        "locationIds": location_ids,
        "roles": roles,
        "deleted": False,
        "createdAt": iso(place.today - timedelta(days=400)),
    }


def _mailbox(person: Person, otherwise: str) -> str:
    plain = unicodedata.normalize("NFKD", f"{person.first}.{person.last}".replace("ß", "ss"))
    letters = "".join(sign for sign in plain.lower() if sign.isascii() and (sign.isalnum() or sign == "."))
    return letters if len(letters) > 3 else otherwise

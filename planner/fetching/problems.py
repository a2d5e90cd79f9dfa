"""Why a foreign address was not fetched, in sentences that say what to do."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FetchProblem(Exception):
    """Nothing usable came from the address. `code` is the kind; `str()` is a sentence for a person. `passing` when it
    may be over by itself, so that it says nothing of what is there."""

    code: ClassVar[str]
    sentence: ClassVar[str | Promise]
    passing: ClassVar[bool] = False

    def __str__(self) -> str:
        return str(self.sentence)


class BadAddress(FetchProblem):
    """It is not a web address, or one that carries a password."""

    code = "bad_address"
    sentence = _("This is not a web address that Rota can open. Write it as https://name/path, without a password.")


class NotHttps(FetchProblem):
    """It, or where it leads on to, is reached without encryption."""

    code = "not_https"
    sentence = _("The address is not secure. Use one that begins with https:// and stays there.")


class PrivateAddress(FetchProblem):
    """It leads into a network that is not public."""

    code = "private_address"
    sentence = _("The address leads into a private network, where HighLevel cannot go. Use a public one.")


class TooManyRedirects(FetchProblem):
    """It leads on and on."""

    code = "too_many_redirects"
    sentence = _("The address leads on to other addresses too many times. Use the one where it ends.")


class NoServer(FetchProblem):
    """No server has the name of the address."""

    code = "no_server"
    sentence = _("There is no server of that name. Check the address.")


class BadCertificate(FetchProblem):
    """Whoever answers cannot prove to be the server of the address."""

    code = "bad_certificate"
    sentence = _("The certificate of the server is not good, so nobody can tell who answers. Check the address.")


class Unreachable(FetchProblem):
    """Nobody answers, what answers makes no sense, or it is an error of the server's own."""

    code = "unreachable"
    passing = True
    sentence = _("The server of the address cannot be reached or reports an error. Check the address, or try later.")


class Unresolved(Unreachable):
    """Rota's own resolver did not answer, which says nothing of the address."""

    code = "unresolved"
    sentence = _("Rota cannot look up addresses right now, so nobody has seen what is there. Try again later.")


class NotFound(FetchProblem):
    """There is nothing at the address."""

    code = "not_found"
    sentence = _("There is nothing at the address any more.")


class NotOpen(FetchProblem):
    """What is there is not for everybody, or not for programs."""

    code = "not_open"
    sentence = _("The server does not give this to everybody. Use an address that opens without signing in.")


class WrongType(FetchProblem):
    """What is there is of another kind than was asked for."""

    code = "wrong_type"
    sentence = _("What is at the address is not the kind of file that is needed here.")


class TooLarge(FetchProblem):
    """What is there is larger than was asked for."""

    code = "too_large"
    sentence = _("What is at the address is too large.")


class TooSlow(FetchProblem):
    """It did not all come in time."""

    code = "too_slow"
    passing = True
    sentence = _("The server of the address is too slow. Try again later, or use a copy elsewhere.")

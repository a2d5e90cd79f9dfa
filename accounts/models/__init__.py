"""People, and the social accounts that are connected."""

from accounts.models.connect_attempt import ConnectAttempt
from accounts.models.connected_account import AccountGroup, ConnectedAccount, Health, Platform
from accounts.models.invitation import Invitation
from accounts.models.member import Member, Role
from accounts.models.user import User

__all__ = [
    "AccountGroup",
    "ConnectAttempt",
    "ConnectedAccount",
    "Health",
    "Invitation",
    "Member",
    "Platform",
    "Role",
    "User",
]

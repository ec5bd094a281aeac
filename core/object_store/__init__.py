"""The team's object store: what one replica of the app has made, the others find (``$REELIGN_STORE``).

Nothing here asks for the store where none is named, and no failure of it loses what lies in the workspace.
"""

from core.object_store.address import ENVIRONMENT_VARIABLE, store_address
from core.object_store.following import Follower
from core.object_store.hooks import catch_up, fetch, offer, refresh, trouble, withdraw
from core.object_store.kinds import Kind, Shared
from core.object_store.replica import Replica
from core.object_store.syncing import Synced

__all__ = [
    "ENVIRONMENT_VARIABLE",
    "Follower",
    "Kind",
    "Replica",
    "Shared",
    "Synced",
    "catch_up",
    "fetch",
    "offer",
    "refresh",
    "store_address",
    "trouble",
    "withdraw",
]

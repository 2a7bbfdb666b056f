"""Who has which role in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.auth.rights import EverybodyWhoSignsIn
from seewhy.graph.errors import ConfigurationError

if TYPE_CHECKING:
    from seewhy.auth.rights import Access
    from seewhy.auth.settings import SignIn


def access_of(sign_in: SignIn) -> Access:
    """The access that the settings name; without a file everybody who signs in may ask everything.

    Raises ConfigurationError for a file that cannot be kept to.
    """
    if sign_in.access is not None:
        raise ConfigurationError(f"the access file `{sign_in.access}` cannot be kept to by this version")
    return EverybodyWhoSignsIn()

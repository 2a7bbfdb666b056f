"""Who has which role in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seewhy.auth.access import Access as AccessFile
from seewhy.auth.rights import EverybodyWhoSignsIn

if TYPE_CHECKING:
    from seewhy.auth.rights import Access
    from seewhy.auth.settings import SignIn


def access_of(sign_in: SignIn) -> Access:
    """The access that the settings name; without a file, which they have to say, everybody who signs in may ask
    everything.

    Raises AccessRejected for a file that cannot be kept to.
    """
    return EverybodyWhoSignsIn() if sign_in.access is None else AccessFile(sign_in.access)

"""Single sign-on: who the provider says you are opens an account that exists, and gives nothing more.

Set ``IMPACT_OIDC_CLIENT_ID``, ``IMPACT_OIDC_CLIENT_SECRET``, ``IMPACT_OIDC_AUTHORIZATION``, ``IMPACT_OIDC_TOKEN``,
``IMPACT_OIDC_USER`` and ``IMPACT_OIDC_JWKS``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mozilla_django_oidc.auth import OIDCAuthenticationBackend

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.accounts.models import User


class ExistingAccounts(OIDCAuthenticationBackend):
    """Finds the account by its e-mail address; never makes one, never changes a role."""

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        """Only an address the provider says it has verified counts."""
        return bool(claims.get("email")) and claims.get("email_verified") is not False

    def filter_users_by_claims(self, claims: dict[str, Any]) -> QuerySet[User]:
        """The active account with the verified address."""
        email = str(claims.get("email", "")).strip().casefold()
        return self.UserModel.objects.filter(email=email, is_active=True)

    def update_user(self, user: User, claims: dict[str, Any]) -> User:
        """Nothing of an account comes from the provider."""
        return user

"""What the reference portal needs to know about the deployment that serves it."""

from dataclasses import dataclass

TENANT, ANY_ORGANISATION = "{tid}", "organizations"
"""In the issuer's address: the token's tenant. Microsoft Entra signs in people of every organisation under the second
(learn.microsoft.com, "Authority").
"""


@dataclass(frozen=True, slots=True)
class PortalParts:
    """How people sign in, and where they give their cards.

    *sign_in* is the address of an ES module that signs people in, and *payment_form* that of a page with the payment
    provider's form. Empty: the portal's own ones, which use Microsoft Entra and Stripe. *client_id* names the portal's
    registration in Microsoft Entra, *publishable_key* the account at Stripe; both are public.
    """

    sign_in: str = ""
    payment_form: str = ""
    client_id: str = ""
    publishable_key: str = ""
    issuer: str = ""
    audience: str = ""

    @property
    def authority(self) -> str:
        """The address at which Microsoft Entra signs people in."""
        return self.issuer.replace(TENANT, ANY_ORGANISATION).removesuffix("/v2.0")

    def public(self) -> dict[str, str]:
        """What the page is told. None of it is secret."""
        return {
            "signIn": self.sign_in,
            "paymentForm": self.payment_form,
            "clientId": self.client_id,
            "authority": self.authority,
            "scope": f"{self.audience}/.default",
            "publishableKey": self.publishable_key,
        }

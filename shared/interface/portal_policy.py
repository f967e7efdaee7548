"""The Content-Security-Policy of each page of the portal, made in one place from what the deployment uses.

Sources: www.w3.org/TR/CSP3; docs.stripe.com/security/guide, "Content Security Policy"; learn.microsoft.com on MSAL.
"""

from urllib.parse import urlsplit

from shared.service.portal_parts import PortalParts

_OWN = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}

TRUSTED_TYPES = {"require-trusted-types-for": "'script'", "trusted-types": "fast-element"}
"""Only Fluent's template engine makes HTML from text, under this name."""


def _policy(**changed: str) -> str:
    directives = {**_OWN, **{name.replace("_", "-"): value for name, value in changed.items()}}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def of_the_portal(parts: PortalParts) -> str:
    """Own files, the module that signs people in, and the frame of the payment form; nothing else."""
    signing = _origin(parts.sign_in or parts.authority) if parts.sign_in or parts.authority else ""
    framed = [_origin(parts.payment_form)] if parts.payment_form else []
    framed += [signing] if signing and not parts.sign_in else []
    policy = _policy(
        script_src=" ".join(["'self'", *([_origin(parts.sign_in)] if parts.sign_in else [])]),
        connect_src=f"'self' {signing}".rstrip(),
        frame_src=" ".join(["'self'", *framed]),
    )
    return "; ".join([policy, *(f"{name} {value}" for name, value in TRUSTED_TYPES.items())])


SIGNED_IN = _policy(frame_ancestors="'self'")
"""MSAL loads this page in a hidden frame to renew a token."""

CARD_FORM = _policy(
    script_src="'self' https://js.stripe.com https://*.js.stripe.com",
    frame_src="https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
    connect_src="'self' https://api.stripe.com",
    frame_ancestors="'self'",
)
"""The frame with Stripe's form. Without Trusted Types: Stripe's script is not known to work under them."""

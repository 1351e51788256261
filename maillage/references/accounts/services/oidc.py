"""ProConnect's protocol: OpenID Connect, authorization code with PKCE; nothing is believed that is not signed for us.

Authlib keeps `state`, `nonce` and the PKCE verifier in the session, and checks them with the identity token; what it
leaves to the application is checked here: audience, issuer of the metadata, `acr`, the `sub` and signature of userinfo.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.utils.crypto import get_random_string
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from maillage.foundations.kernel.errors import Refusal, Refused
from maillage.references.accounts.services.identites import Identite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

SCOPE = "openid given_name usual_name email siret idp_id"
# A public key signs, whatever the provider also offers: neither « none » nor a shared secret.
ALGORITHMES = ("RS256", "PS256", "ES256", "EdDSA")
# Clocks differ by less than this, in seconds.
ECART = 30
PATIENCE = 10
# ProConnect asks for 32 characters at least.
ALEA = 43


@dataclass(frozen=True, slots=True)
class Retour:
    """What a successful return from ProConnect says: who, with which factors, and the token that will sign out."""

    identite: Identite
    mfa: bool
    id_token: str


def configured() -> bool:
    """Tell whether ProConnect is switched on."""
    return bool(
        settings.MAILLAGE_PROCONNECT_ISSUER
        and settings.MAILLAGE_PROCONNECT_CLIENT_ID
        and settings.MAILLAGE_PROCONNECT_CLIENT_SECRET
    )


def depart(*, request: HttpRequest, redirect_uri: str) -> HttpResponse:
    """Lead to ProConnect's sign-in page; raise `Refused` when it does not answer."""
    acr = {"essential": True, "values": settings.MAILLAGE_PROCONNECT_ACR} if settings.MAILLAGE_PROCONNECT_ACR else None
    try:
        response: HttpResponse = _client().authorize_redirect(
            request,
            redirect_uri,
            state=get_random_string(ALEA),
            nonce=get_random_string(ALEA),
            claims=json.dumps({"id_token": {"acr": acr, "amr": None}}),
        )
    except _ERREURS as error:
        logger.warning("ProConnect does not answer: %r", error)
        raise Refused(Refusal("indisponible", "ProConnect ne répond pas.")) from error
    return response


def retour(*, request: HttpRequest) -> Retour:
    """Read who came back from ProConnect; raise `Refused` when anything is forged, expired, or not for us."""
    if "error" in request.GET:
        raise Refused(Refusal("abandon", "ProConnect n’a pas identifié la personne."))
    try:
        return _read(request)
    except _ERREURS as error:
        logger.warning("ProConnect's answer is refused: %r", error)
        raise Refused(Refusal("echec", "La réponse de ProConnect n’est pas valable.")) from error


def logout_url(*, id_token: str, back: str) -> str:
    """Return the page where ProConnect closes its own session; empty when it offers none or does not answer."""
    try:
        end: str = _client().load_server_metadata().get("end_session_endpoint", "")
    except _ERREURS:
        return ""
    query = {"id_token_hint": id_token, "state": get_random_string(ALEA), "post_logout_redirect_uri": back}
    return f"{end}?{urlencode(query)}" if end else ""


# What a provider that is away, wrong or malicious can make the libraries raise.
_ERREURS = (AuthlibBaseError, JoseError, requests.RequestException, ValueError, LookupError, TypeError, RuntimeError)


def _client() -> Any:
    """Return a client that has read the provider's metadata anew: two more requests, and nothing stale."""
    oauth = OAuth()
    oauth.register(
        "proconnect",
        client_id=settings.MAILLAGE_PROCONNECT_CLIENT_ID,
        client_secret=settings.MAILLAGE_PROCONNECT_CLIENT_SECRET,
        server_metadata_url=f"{settings.MAILLAGE_PROCONNECT_ISSUER}/.well-known/openid-configuration",
        client_kwargs={
            "scope": SCOPE,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": PATIENCE,
            "leeway": 0,  # ProConnect's access token lives sixty seconds, which Authlib takes by default for expired
        },
    )
    client = oauth.create_client("proconnect")
    metadata = client.load_server_metadata()
    if metadata["issuer"] != settings.MAILLAGE_PROCONNECT_ISSUER:
        raise ValueError("the metadata speak for another issuer")
    metadata["id_token_signing_alg_values_supported"] = list(ALGORITHMES)
    return client


def _read(request: HttpRequest) -> Retour:
    client = _client()
    token = client.authorize_access_token(
        request,
        leeway=ECART,
        claims_options={
            "iss": {"essential": True, "value": settings.MAILLAGE_PROCONNECT_ISSUER},
            "aud": {"essential": True, "value": settings.MAILLAGE_PROCONNECT_CLIENT_ID},
            "nonce": {"essential": True},
        },
    )
    identity: Mapping[str, Any] = token["userinfo"]
    accepted = settings.MAILLAGE_PROCONNECT_ACR
    if accepted and identity.get("acr") not in accepted:
        raise ValueError("the level of assurance is not accepted")
    person = _userinfo(client, token)
    if person["sub"] != identity["sub"]:
        raise ValueError("userinfo speaks of somebody else")
    return Retour(
        Identite(
            settings.MAILLAGE_PROCONNECT_ISSUER,
            str(identity["sub"]),
            str(person["email"]).strip(),
            str(person.get("siret") or "")[:14],
        ),
        mfa="mfa" in (identity.get("amr") or ()),
        id_token=token["id_token"],
    )


def _userinfo(client: Any, token: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the provider says of the person, as JSON or, as ProConnect does, as a signed JWT."""
    answer = client.get(client.server_metadata["userinfo_endpoint"], token=token)
    answer.raise_for_status()
    if not answer.headers.get("Content-Type", "").startswith("application/jwt"):
        plain: Mapping[str, Any] = answer.json()
        return plain
    keys = KeySet.import_key_set(client.fetch_jwk_set())
    claims = jwt.decode(answer.text, keys, algorithms=list(ALGORITHMES)).claims
    jwt.JWTClaimsRegistry(
        now=int(time.time()),
        leeway=ECART,
        iss={"essential": True, "value": settings.MAILLAGE_PROCONNECT_ISSUER},
        aud={"essential": True, "value": settings.MAILLAGE_PROCONNECT_CLIENT_ID},
    ).validate(claims)
    return claims

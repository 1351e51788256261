"""How one gets in: sessions, the second factor and its recovery codes, the identity that ProConnect gives."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from maillage.foundations.kernel.encryption import EncryptedTextField
from maillage.foundations.kernel.personal import Champ, Personnel
from maillage.references.accounts.models.user import User

BASE = "mission d’intérêt public (RGPD, art. 6, 1, e) et sécurité du traitement (art. 32)"
SOI = "la personne"


class Session(AbstractBaseSession):
    """A session, known to be whose: each person sees theirs and may close them. The key itself is never shown.

    Written by `accounts.sessions`, whole each time: nothing here has a default.
    """

    public_id = models.UUIDField("identifiant public", unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name="personne")
    navigateur = models.CharField("navigateur", max_length=200, blank=True)
    adresse = models.GenericIPAddressField("adresse réseau", null=True, blank=True)
    ouverte_le = models.DateTimeField("ouverte le")
    vue_le = models.DateTimeField("vue le", auto_now=True)

    personnel = Personnel(
        qui="user",
        finalite="garder la connexion ouverte et permettre à la personne de la fermer à distance",
        base=BASE,
        conservation="accounts.duree_session_jours",
        lecteurs=SOI,
        champs={
            "session_key": Champ("secret"),
            "session_data": Champ("secret"),
            "navigateur": Champ("connexion"),
            "adresse": Champ("connexion"),
            "ouverte_le": Champ("connexion"),
            "vue_le": Champ("connexion"),
            "expire_date": Champ("connexion"),
        },
        disparait=True,
    )

    class Meta:
        verbose_name = "session"
        verbose_name_plural = "sessions"


class SecondFacteur(models.Model):
    """The secret shared with an authenticator application (TOTP, RFC 6238), in force once a first code confirmed it.

    `dernier_pas` is the time step of the last code accepted: a code works once.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="second_facteur", verbose_name="personne")
    secret = EncryptedTextField("secret")
    confirme_le = models.DateTimeField("confirmé le", null=True, blank=True)
    dernier_pas = models.BigIntegerField("dernier pas de temps", default=0)

    personnel = Personnel(
        qui="user",
        finalite="vérifier l’identité de qui se connecte",
        base=BASE,
        conservation="accounts.conservation_compte_mois",
        lecteurs="nul ne les lit",
        champs={"secret": Champ("secret"), "confirme_le": Champ("connexion"), "dernier_pas": Champ("secret")},
        disparait=True,
    )

    class Meta:
        verbose_name = "second facteur"
        verbose_name_plural = "seconds facteurs"

    def __str__(self) -> str:
        return f"second facteur de {self.user_id}"


class CodeSecours(models.Model):
    """A recovery code, kept as a keyed hash: it opens once, when the authenticator is lost."""

    user = models.ForeignKey(User, models.CASCADE, related_name="codes_secours", verbose_name="personne")
    empreinte = models.CharField("empreinte", max_length=64)
    utilise_le = models.DateTimeField("utilisé le", null=True, blank=True)

    personnel = Personnel(
        qui="user",
        finalite="entrer sans l’application d’authentification",
        base=BASE,
        conservation="accounts.conservation_compte_mois",
        lecteurs="nul ne les lit",
        champs={"empreinte": Champ("secret"), "utilise_le": Champ("connexion")},
        disparait=True,
    )

    class Meta:
        verbose_name = "code de secours"
        verbose_name_plural = "codes de secours"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "empreinte"],
                name="code_secours_unique",
                violation_error_message="Ce code existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"code de secours de {self.user_id}"


class IdentiteProConnect(models.Model):
    """The identity under which ProConnect knows an account: the `sub` of its provider, never the e-mail alone."""

    user = models.OneToOneField(User, models.CASCADE, related_name="proconnect", verbose_name="personne")
    emetteur = models.CharField("émetteur", max_length=300)
    sub = models.CharField("identifiant chez l’émetteur", max_length=255)
    siret = models.CharField("SIRET annoncé", max_length=14, blank=True)
    vue_le = models.DateTimeField("vue le", auto_now=True)

    personnel = Personnel(
        qui="user",
        finalite="reconnaître le compte d’un agent qui entre par ProConnect",
        base=BASE,
        conservation="accounts.conservation_compte_mois",
        lecteurs=SOI,
        champs={
            "emetteur": Champ("connexion"),
            "sub": Champ("identité"),
            "siret": Champ("vie professionnelle"),
            "vue_le": Champ("connexion"),
        },
        disparait=True,
    )

    class Meta:
        verbose_name = "identité ProConnect"
        verbose_name_plural = "identités ProConnect"
        constraints = [
            models.UniqueConstraint(
                fields=["emetteur", "sub"],
                name="proconnect_identite_unique",
                violation_error_message="Cette identité ProConnect a déjà un compte.",
            )
        ]

    def __str__(self) -> str:
        return f"identité ProConnect de {self.user_id}"

"""The person who signs in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower

from maillage.foundations.kernel.audit import Mandant
from maillage.foundations.kernel.personal import Champ, Personnel, Sort
from maillage.references.accounts.enums import ProfilMembre
from maillage.references.accounts.rules import needs_second_factor

if TYPE_CHECKING:
    from maillage.foundations.kernel.permissions import Profil
    from maillage.references.accounts.models.membre import Membre


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an account; the e-mail is its identifier, compared without case."""
        user = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create the operator of the platform."""
        return self.create_user(email, password, **{"is_staff": True, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """An account: one person, one e-mail address (unique whatever its case).

    Rights come from the membership in whose name the person acts (`membre`), and from nothing else than `is_staff`.
    """

    public_id = models.UUIDField("identifiant public", db_default=RandomUUID(), unique=True, editable=False)
    email = models.EmailField("adresse électronique", unique=True)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom = models.CharField("nom", max_length=80, blank=True)
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField("exploitant de la plateforme", default=False)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    avis_le = models.DateTimeField("prévenu de l’effacement le", null=True, blank=True)
    anonymise_le = models.DateTimeField("anonymisé le", null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    # What the middleware learns from the session. Outside a request (jobs, commands) nothing is left to verify: whoever
    # queued the work was.
    organisation_choisie: int | None = None
    second_facteur_verifie = True

    personnel = Personnel(
        qui="soi",
        finalite="ouvrir un compte et savoir qui agit",
        base="mission d’intérêt public (RGPD, art. 6, 1, e)",
        conservation="accounts.conservation_compte_mois",
        lecteurs="la personne, les administrateurs de ses organisations, les exploitants",
        champs={
            "email": Champ("contact"),
            "prenom": Champ("identité"),
            "nom": Champ("identité"),
            "password": Champ("secret"),
            "last_login": Champ("connexion", Sort.MOIS),
            "cree_le": Champ("connexion", Sort.MOIS),
            "avis_le": Champ("vie du compte", Sort.GARDE),
            "anonymise_le": Champ("vie du compte", Sort.GARDE),
        },
    )

    class Meta:
        verbose_name = "utilisateur"
        verbose_name_plural = "utilisateurs"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_sans_casse",
                violation_error_message="Un compte existe déjà avec cette adresse électronique.",
            ),
            models.CheckConstraint(
                condition=models.Q(anonymise_le__isnull=True) | models.Q(is_active=False, nom="", prenom=""),
                name="user_anonymise_sans_nom",
                violation_error_message="Un compte anonymisé est fermé et ne garde pas de nom.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip() or self.email

    @cached_property
    def membres_actifs(self) -> list[Membre]:
        """The memberships in force, with their organisation, oldest first."""
        if self._state.adding:
            return []
        return list(self.membres.actifs().select_related("organisation").order_by("debut", "pk"))

    @cached_property
    def membre(self) -> Membre | None:
        """The membership in whose name the person acts: of the organisation chosen in this session, else the oldest."""
        chosen = (each for each in self.membres_actifs if each.organisation_id == self.organisation_choisie)
        return next(chosen, self.membres_actifs[0] if self.membres_actifs else None)

    @property
    def au_nom_de(self) -> Mandant | None:
        """The organisation in whose name the person acts, as the journals keep it."""
        return Mandant(self.membre.organisation_id, str(self.membre.organisation)) if self.membre else None

    @property
    def roles_promis(self) -> frozenset[Profil]:
        """The role of the membership in whose name the person acts, were the session verified."""
        return frozenset({self.membre.profil_role}) if self.membre else frozenset()

    @property
    def profils(self) -> frozenset[Profil]:
        """The role that the person holds now, besides those that need no organisation."""
        return frozenset() if self.roles_endormis else self.roles_promis

    @property
    def repond_de_organisation(self) -> bool:
        """Whether the person answers for what is done in the name of their organisation: administrators and DPO."""
        if self.membre is None or self.roles_endormis:
            return False
        return self.membre.administrateur or self.membre.profil == ProfilMembre.DPO

    @property
    def second_facteur_exige(self) -> bool:
        """Whether the role of the person, or one that they may give, asks for a second factor, on this platform."""
        if not settings.MAILLAGE_SECOND_FACTEUR:
            return False
        donnes = self.membre.organisation.roles_offerts if self.membre and self.membre.administrateur else ()
        return needs_second_factor(exploitant=self.is_staff, profils=self.roles_promis, donnes=donnes)

    @property
    def roles_endormis(self) -> bool:
        """Whether the roles sleep: they ask for a second factor that this session has not given."""
        return not self.second_facteur_verifie and self.second_facteur_exige

"""What the database itself refuses of a shared diagnostic: each constraint, and any change once it is validated."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from maillage.domains.diagnostics.enums import EtatDiagnostic as E
from maillage.domains.diagnostics.enums import RoleCoAuteur as R
from maillage.domains.diagnostics.models import Bloc, CoAuteur, Commentaire, DiagnosticPartage, Position, Revision
from maillage.domains.diagnostics.services.partage_textes import comment, take_position, write_section
from tests.factories.accounts import OrganisationFactory
from tests.factories.partage import (
    BlocFactory,
    CoAuteurFactory,
    DiagnosticFactory,
    as_author,
    freeze_state,
    partner,
)

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)


def test_the_database_itself_freezes_a_validated_diagnostic() -> None:
    etat, conseil = partner("etat"), partner("conseil")
    partage = DiagnosticFactory(pilote=etat.organisation)
    CoAuteurFactory(diagnostic=partage, organisation=conseil.organisation)
    section = partage.sections.get(code="offre")
    author = as_author(conseil)
    write_section(section=section, texte="L’offre est concentrée.", depuis=0, **author)
    bloc = BlocFactory(section=section)
    freeze_state(partage, E.CONCERTATION, ON)
    position = take_position(section=section, sens="desaccord", texte="Trop optimiste.", **author)
    remark = comment(section=section, texte="Et les transports ?", **author)
    section.refresh_from_db()
    partage.refresh_from_db()
    freeze_state(partage, E.VALIDE, ON)

    def create(model: Any, **fields: Any) -> Any:
        return lambda: model.objects.create(**fields)

    def update(row: Any, **fields: Any) -> Any:
        return lambda: type(row).objects.filter(pk=row.pk).update(**fields)

    def delete(row: Any) -> Any:
        return lambda: type(row).objects.filter(pk=row.pk)._raw_delete("default")

    signed = {"organisation": etat.organisation, "organisation_nom": "DDETS"}
    author_row = partage.co_auteurs.get(role=R.CO_AUTEUR)
    acts = [
        update(partage, titre="Autre"),
        update(partage, etat=E.CONCERTATION, valide_le=None),
        update(partage, etat=E.PUBLIE, publie_le=ON, titre="Autre"),
        delete(partage),
        update(section, texte="Autre."),
        delete(section),
        update(bloc, titre="Autre"),
        delete(bloc),
        create(Bloc, section=section, code="b", titre="B", type="tableau", ordre=1, annee=2026, tableau={}),
        update(position, texte="Autre."),
        delete(position),
        create(Position, section=section, sens="accord", version=1, **signed),
        update(remark, texte="Autre."),
        delete(remark),
        create(Commentaire, section=section, texte="Encore.", **signed),
        create(Revision, section=section, numero=9, depuis=0, retenue=False, texte="", **signed),
        update(author_row, nom="Autre"),
        delete(author_row),
        create(CoAuteur, diagnostic=partage, organisation=OrganisationFactory(), nom="Autre"),
        lambda: partage.sections.create(code="x", titre="X", ordre=9),
    ]
    for act in acts:
        with pytest.raises(IntegrityError, match="ne change plus"), transaction.atomic():
            act()
    DiagnosticPartage.objects.filter(pk=partage.pk).update(etat=E.PUBLIE, publie_le=ON)
    with pytest.raises(IntegrityError, match="ne change plus"), transaction.atomic():
        DiagnosticPartage.objects.filter(pk=partage.pk).update(etat=E.VALIDE, publie_le=None)


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("diagnostic_unique_par_periode", lambda d: DiagnosticFactory(code=d.code)),
        ("diagnostic_periode", lambda d: DiagnosticFactory(annee_debut=2026, annee_fin=2025)),
        ("diagnostic_etat", lambda d: DiagnosticFactory(etat="oublie")),
        ("diagnostic_date_de_validation", lambda d: DiagnosticFactory(etat=E.VALIDE)),
        ("diagnostic_date_de_validation", lambda d: DiagnosticFactory(valide_le=ON)),
        ("diagnostic_date_de_publication", lambda d: DiagnosticFactory(etat=E.PUBLIE, valide_le=ON)),
        ("co_auteur_unique", lambda d: CoAuteurFactory(diagnostic=d, organisation=d.co_auteurs.get().organisation)),
        ("co_auteur_un_pilote", lambda d: CoAuteurFactory(diagnostic=d, role=R.PILOTE)),
        ("co_auteur_role", lambda d: CoAuteurFactory(diagnostic=d, role="spectateur")),
        ("section_unique", lambda d: d.sections.create(code="offre", titre="Offre", ordre=9)),
        ("bloc_unique", lambda d: [BlocFactory(section=d.sections.get(code="offre")) for _ in range(2)]),
        ("bloc_type", lambda d: BlocFactory(section=d.sections.get(code="offre"), type="film")),
        ("revision_unique", lambda d: [_revision(d), _revision(d)]),
        ("revision_apres_celle_dont_elle_part", lambda d: _revision(d, depuis=1)),
        ("revision_origine", lambda d: _revision(d, origine="rumeur")),
        ("position_unique", lambda d: [_position(d), _position(d)]),
        ("position_sens", lambda d: _position(d, sens="peut_etre", texte="Bof.")),
        ("position_motivee", lambda d: _position(d, sens="reserve")),
        ("commentaire_dit_quelque_chose", lambda d: _remark(d, texte="")),
        ("commentaire_resolu_par", lambda d: _remark(d, resolu_par="DDETS")),
        ("commentaire_reponse_sans_etat", lambda d: _remark(d, parent=_remark(d), resolu_par="X", resolu_le=d.cree_le)),
    ],
)
def test_each_constraint_refuses(constraint: str, make: Any) -> None:
    diagnostic = DiagnosticFactory()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(diagnostic)


def _signed(diagnostic: DiagnosticPartage) -> dict[str, Any]:
    organisation = diagnostic.co_auteurs.get().organisation
    return {
        "section": diagnostic.sections.get(code="offre"),
        "organisation": organisation,
        "organisation_nom": str(organisation),
    }


def _revision(diagnostic: DiagnosticPartage, **fields: Any) -> Revision:
    return Revision.objects.create(**{"numero": 1, "depuis": 0, "retenue": True, **_signed(diagnostic), **fields})


def _position(diagnostic: DiagnosticPartage, **fields: Any) -> Position:
    return Position.objects.create(**{"sens": "accord", "version": 0, **_signed(diagnostic), **fields})


def _remark(diagnostic: DiagnosticPartage, **fields: Any) -> Commentaire:
    return Commentaire.objects.create(**{"texte": "Et ici ?", **_signed(diagnostic), **fields})

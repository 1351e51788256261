"""Potential accessibility of a supply to those who need it: the floating catchment family.

Notation: demand point i with need P_i, site j with capacity S_j, weight f_ij of the pair (0 out of the catchment).
Every model is one pair of steps,

    D_j = Σ_i P_i u_i f_ij^p        the need that weighs on each site
    R_j = S_j / D_j                 what each site offers per person who could come to it
    A_i = u_i Σ_j R_j f_ij^q        what each person can reach

and differs only by p, q and the share u_i (1, except in 3SFCA):

    2SFCA    p = q = 0              Luo & Wang 2003, doi 10.1068/b29120: in the catchment or out of it
    E2SFCA   p = q = 1              Luo & Qi 2009, doi 10.1016/j.healthplace.2009.06.002: distance weighs
    3SFCA    p = q = 2, u_i = 1 / Σ_k f_ik
                                    Wan, Zou & Sternberg 2012, doi 10.1080/13658816.2011.624987: the need of i is
                                    spread over its sites by G_ij = f_ij / Σ_k f_ik, so that two sites in reach do not
                                    each count it whole; both steps weigh by G_ij f_ij
    M2SFCA   p = 1, q = 2           Delamater 2013, doi 10.1016/j.healthplace.2013.07.012: a supply that is far from
                                    everyone is partly out of reach for good

Where p = q, Σ_i P_i A_i = Σ_j S_j over the sites that have need in reach: the supply is shared out, never created nor
lost. M2SFCA loses some of it on purpose: Σ_i P_i A_i ≤ Σ_j S_j when f ≤ 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, hstack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.intp]

# Under this part of what it was, what is left of a score after a site has gone is rounding: nothing is left.
_ROUNDING = 1e-12
# Under this need, a site is out of everyone's reach: sharing it would overflow.
_NOBODY = 1e-200


class Model(StrEnum):
    """The models of the family, by the code a screen may carry."""

    TWO_STEP = "2sfca"
    E2SFCA = "e2sfca"
    THREE_STEP = "3sfca"
    M2SFCA = "m2sfca"


class _Steps(NamedTuple):
    """The powers of the weights in each step, and whether the need is shared between the sites in reach."""

    first: int
    second: int
    shared: bool = False


_STEPS = {
    Model.TWO_STEP: _Steps(0, 0),
    Model.E2SFCA: _Steps(1, 1),
    Model.THREE_STEP: _Steps(2, 2, shared=True),
    Model.M2SFCA: _Steps(1, 2),
}


@dataclass(frozen=True, slots=True)
class Accessibility:
    """`scores` A_i (capacity per unit of need); by site, the need `potential` D_j that weighs on it and the `ratios`
    R_j (nan for a site nobody can reach); and `lost`, the positions of the sites that offer something but have no need
    in reach: their capacity is in no score."""

    scores: FloatArray
    ratios: FloatArray
    lost: IntArray
    potential: FloatArray


def access(need: FloatArray, capacity: FloatArray, weights: csc_array, model: Model = Model.E2SFCA) -> Accessibility:
    """Compute D_j, R_j and A_i (see the module) from the weights f_ij (demand points × sites).

    Raise `ValueError` for an unknown (nan) or negative need or capacity: the caller says what an unknown stands for.
    """
    _check("need", need, (weights.shape[0],))
    _check("capacity", capacity, (weights.shape[1],))
    (scores,), ratios, lost, potential = _two_steps([(need, weights)], capacity, _STEPS[model])
    return Accessibility(scores, ratios, lost, potential)


@dataclass(frozen=True, slots=True)
class Apl:
    """The « APL-IAE »: `need` P_i = Σ_g u_g N_ig, `groups` the scores A_ig (n × g), `scores` their mean over the
    weighted need of the point, `ratios` R_j and `lost` as in `Accessibility`."""

    scores: FloatArray
    groups: FloatArray
    need: FloatArray
    ratios: FloatArray
    lost: IntArray


def apl(
    needs: FloatArray,
    shares: FloatArray,
    capacity: FloatArray,
    weights: csc_array | Sequence[csc_array],
    model: Model = Model.E2SFCA,
) -> Apl:
    """Share one supply between several publics: N_ig people of public g (n × g), each counting for `shares` u_g.

    With one matrix of weights for all, or one per public when they do not go equally far,

        D_j = Σ_g u_g Σ_i N_ig f_ijg        A_ig = Σ_j (S_j / D_j) f_ijg        A_i = Σ_g u_g N_ig A_ig / P_i

    in E2SFCA, and alike in the other models: publics compete for the same places, and Σ_i P_i A_i = Σ_j S_j. So it is
    for the APL of general practitioners, whose need is the population weighted by age (Barlet et al. 2012). Where
    nobody lives, A_i is the mean of the A_ig by u_g alone. Raise `ValueError` as `access` does.
    """
    matrices = [weights] if isinstance(weights, csc_array) else list(weights)
    if needs.ndim != 2 or len(matrices) not in {1, needs.shape[1]}:
        raise ValueError(f"needs: an array (n, g) and 1 or g matrices are expected, not {needs.shape}, {len(matrices)}")
    _check("needs", needs, (matrices[0].shape[0], needs.shape[1]))
    _check("shares", shares, (needs.shape[1],))
    _check("capacity", capacity, (matrices[0].shape[1],))
    if not shares.sum() > 0:
        raise ValueError("shares: one at least must be above zero")
    weighted = needs * shares
    need = weighted.sum(axis=1)
    asks = [need] if len(matrices) == 1 else weighted.T
    columns, ratios, lost, _ = _two_steps(list(zip(asks, matrices, strict=True)), capacity, _STEPS[model])
    groups = np.ascontiguousarray(np.broadcast_to(np.column_stack(columns), needs.shape))
    counted = np.where(need[:, None] > 0, weighted, shares)
    return Apl((counted * groups).sum(axis=1) / counted.sum(axis=1), groups, need, ratios, lost)


def _two_steps(
    asks: Sequence[tuple[FloatArray, csc_array]], capacity: FloatArray, steps: _Steps
) -> tuple[list[FloatArray], FloatArray, IntArray, FloatArray]:
    """Share the capacity between needs, each with its weights; return the scores of each, R_j, lost sites and D_j."""
    shares = [_shares(weights) if steps.shared else np.ones(1) for _, weights in asks]
    potential = np.zeros(len(capacity))
    for (need, weights), share in zip(asks, shares, strict=True):
        potential += _power(weights, steps.first).T @ (need * share)
    ratios, lost = _ratios(capacity, potential)
    offered = np.nan_to_num(ratios)
    scores = [
        np.asarray(_power(weights, steps.second) @ offered) * share
        for (_, weights), share in zip(asks, shares, strict=True)
    ]
    return scores, ratios, lost, potential


def _ratios(capacity: FloatArray, potential: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return R_j and the positions of the sites whose capacity nobody can reach."""
    reached = potential > _NOBODY
    ratios = np.full(len(capacity), np.nan)
    np.divide(capacity, potential, out=ratios, where=reached)
    return ratios, np.flatnonzero(~reached & (capacity > 0))


def _power(weights: csc_array, power: int) -> csc_array:
    """Return f_ij^p; with p = 0 every pair of the catchment weighs 1."""
    if power == 1:
        return weights
    return csc_array((weights.data**power, weights.indices, weights.indptr), shape=weights.shape)


def _shares(weights: csc_array) -> FloatArray:
    """Return 1 / Σ_k f_ik, 0 where nothing is in reach."""
    sums = np.asarray(weights @ np.ones(weights.shape[1]))
    shares = np.zeros(len(sums))
    np.divide(1.0, sums, out=shares, where=sums > 0)
    return shares


def _check(name: str, values: FloatArray, shape: tuple[int, ...]) -> None:
    if values.shape != shape:
        raise ValueError(f"{name}: values of shape {shape} are expected, not {values.shape}")
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError(f"{name}: every value must be known and not negative")


@dataclass(frozen=True, slots=True)
class Situation:
    """A need, a supply and their weights, kept with their scores: a change then costs what it touches."""

    need: FloatArray
    capacity: FloatArray
    weights: csc_array
    model: Model
    access: Accessibility

    @classmethod
    def of(cls, need: FloatArray, capacity: FloatArray, weights: csc_array, model: Model = Model.E2SFCA) -> Situation:
        """Compute the situation that changes will be compared with. Raise `ValueError` as `access` does."""
        return cls(need, capacity, weights, model, access(need, capacity, weights, model))


def what_if(
    kept: Situation,
    changes: Mapping[int, float] | None = None,
    opened: csc_array | None = None,
    opened_capacity: FloatArray | None = None,
) -> Accessibility:
    """Return the accessibility once sites have another capacity (0: closed) and others have opened.

    `changes` gives the new capacity of sites by position; `opened` the weights of the new sites (demand points × new
    sites, from `catchment` on them alone) and `opened_capacity` what they offer. New sites come after the kept ones.
    Only the columns of these sites are read, except in 3SFCA, where opening or closing a site shares the need of its
    neighbours out anew. Raise `ValueError` when a capacity is unknown or negative.
    """
    positions = np.array(list(changes or {}), dtype=np.intp)
    if opened is None:
        opened, opened_capacity = csc_array((len(kept.need), 0)), np.empty(0)
    if opened_capacity is None:
        raise ValueError("opened_capacity: what the new sites offer must be told")
    _check("opened_capacity", opened_capacity, (opened.shape[1],))
    if not np.isin(positions, np.arange(len(kept.capacity))).all():
        raise ValueError(f"changes: the sites are numbered from 0 to {len(kept.capacity) - 1}")
    changed = kept.capacity.copy()
    changed[positions] = list((changes or {}).values())
    _check("changes", changed, kept.capacity.shape)
    capacity, steps = np.concatenate((changed, opened_capacity)), _STEPS[kept.model]
    if steps.shared:
        return access(
            kept.need, capacity, _replaced(kept.weights, positions[changed[positions] == 0], opened), kept.model
        )
    potential = np.concatenate((kept.access.potential, _power(opened, steps.first).T @ kept.need))
    ratios, lost = _ratios(capacity, potential)
    before = np.concatenate((np.nan_to_num(kept.access.ratios), np.zeros(opened.shape[1])))
    touched = np.concatenate((positions, np.arange(len(changed), len(capacity))))
    columns = _power(hstack([kept.weights[:, positions], opened], format="csc"), steps.second)
    scores = kept.access.scores + columns @ (np.nan_to_num(ratios) - before)[touched]
    scores[scores < _ROUNDING * kept.access.scores] = 0.0
    return Accessibility(scores, ratios, lost, potential)


def _replaced(weights: csc_array, closed: IntArray, opened: csc_array) -> csc_array:
    """Return the weights once the closed sites attract nobody and the opened ones stand after the others."""
    data = weights.data.copy() if len(closed) else weights.data
    for site in closed:
        data[weights.indptr[site] : weights.indptr[site + 1]] = 0.0
    kept = csc_array((data, weights.indices, weights.indptr), shape=weights.shape)
    return csc_array(hstack([kept, opened], format="csc"))


def total(values: FloatArray, groups: IntArray, size: int) -> FloatArray:
    """Sum the known values by group; a group that holds no known value is unknown (nan), not 0.

    `groups[i]` is the position of i's group among `size`, or -1 when i belongs to none.
    """
    held = (groups >= 0) & np.isfinite(values)
    sums = np.bincount(groups[held], weights=values[held], minlength=size).astype(np.float64)
    sums[np.bincount(groups[held], minlength=size) == 0] = np.nan
    return sums


def mean(values: FloatArray, weights: FloatArray, groups: IntArray, size: int) -> FloatArray:
    """Return A_T = Σ_{i∈T} P_i A_i / Σ_{i∈T} P_i for each group T; nan where the group has no need."""
    held = (groups >= 0) & np.isfinite(values) & np.isfinite(weights)
    above = np.bincount(groups[held], weights=(values * weights)[held], minlength=size)
    below = np.bincount(groups[held], weights=weights[held], minlength=size)
    means: FloatArray = np.full(size, np.nan)
    np.divide(above, below, out=means, where=below > 0)
    return means

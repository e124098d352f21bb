"""A Gaussian process of the error on the parameters: how much each network's error is expected to be, and how surely.

The error's Box-Cox transform is a constant + effects + noise. How much of its variance is noise, pairs, shared and own
effects, and which power it has, is averaged over by marginal likelihood: where nothing matters the likelihood says
"noise" and all effects shrink towards 0. That shrinkage is what answers the winner's curse of picking the best of many.

n networks trained, m of the pool, k settings of the variances, l powers.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from netspace.refinement.columns import Array, Column, Mask
from netspace.refinement.encoding import Encoding, Prior, kernels

POWERS: Array = np.array([-3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0])
"""Box-Cox powers: 0 is the logarithm, 1 the error itself."""

NOISE = (0.01, 0.03, 0.08, 0.2, 0.4, 0.6, 0.8, 0.95)
PAIRS = (0.0, 0.1, 0.4)
SHARED = (0.0, 0.7)
"""Shares of the variance: noise of all; pairs of the rest; shared effects of what is then left."""

MEMBERS = 8
"""How many of the likeliest settings and powers are averaged."""

QUICK = 2
"""Of these, how many give the effect of a single move."""


@dataclass(frozen=True, eq=False)
class Member:
    """One setting of the variances with one power, fitted.

    Attributes:
        weight: its share of the average.
        mix: noise, pairs, shared, own: shares of the variance, (4,).
        power: of the Box-Cox transform.
        scale: the variance.
        mean: the constant, generalized least squares.
        alpha: (n,) inverse covariance times residuals.
        inverse: (n, n) inverse of the covariance, of scale 1.
        z: (n,) transformed errors.
    """

    weight: float
    mix: Array
    power: float
    scale: float
    mean: float
    alpha: Array
    inverse: Array
    z: Array

    def left_out(self) -> Array:
        """Gives the transformed error of each network as the others predict it, (n,), the constant refitted."""
        one = self.inverse.sum(1)
        return np.asarray(self.z - self.alpha / (np.diag(self.inverse) - one**2 / one.sum()))

    def residuals(self) -> Array:
        """Gives the residuals, centered and scaled to the noise's standard deviation, (n,)."""
        q = self.alpha - self.alpha.mean()
        return np.asarray(q * np.sqrt(self.mix[0] * self.scale) / max(q.std(), 1e-12))

    def variance(self, prior: Array, onto: Array, total: float) -> float:
        """Gives the posterior variance of w @ (mean + f), f of the pool and w its weights.

        Args:
            prior: (3,) of `Prior.variance`.
            onto: (3, n) w @ the covariances of pool and sample.
            total: the sum of w.
        """
        k = np.tensordot(self.mix[1:], onto, 1)
        one = self.inverse.sum(1)
        flat = (total - k @ one) ** 2 / one.sum()
        return float(self.scale * max(self.mix[1:] @ prior - k @ self.inverse @ k + flat, 1e-12))


@dataclass(frozen=True, eq=False)
class Prediction:
    """What one member expects, in points of error.

    Attributes:
        pool: (m,) mean errors of the pool.
        slope: (m,) their derivatives by the transformed error.
        left_out: (n,) of each trained network, from the others.
    """

    pool: Array
    slope: Array
    left_out: Array


@dataclass(frozen=True, eq=False)
class Model:
    """The average of the members, and what each expects of the pool.

    Attributes:
        members: the likeliest settings, fitted.
        predictions: what each of them expects.
        prior: prior variances of the pool.
        cross: (3, m, n) covariances of pool and sample.
        residual: variance of the error of a network about what the others predict, in points squared.
    """

    members: tuple[Member, ...]
    predictions: tuple[Prediction, ...]
    prior: Prior
    cross: Array
    residual: float

    @classmethod
    def of(cls, columns: list[Column], table: Array, errors: Array, pool: Array) -> "Model":
        """Fits the errors (n,), all above 0, of a table (n, p), for the rows of a pool (m, p)."""
        code = Encoding.of(columns, pool)
        features, sampled = code.features(pool), code.features(table)
        members = fit(kernels(code, sampled, sampled), errors)
        cross = kernels(code, features, sampled)
        predictions = tuple(predict(member, cross, errors) for member in members)
        rows = zip(members, predictions, strict=True)
        residual = sum(member.weight * float(np.var(errors - each.left_out)) for member, each in rows)
        return cls(members, predictions, Prior(code, features), cross, residual)

    @property
    def weights(self) -> Array:
        """Of the members, in sum 1."""
        return np.array([member.weight for member in self.members])

    @property
    def expected(self) -> Array:
        """The expected error of each network of the pool, (m,)."""
        return np.asarray(self.weights @ [each.pool for each in self.predictions])

    def posterior(self, i: int, w: Array) -> Array:
        """Gives the posterior variances of weighted sums (s, m) of the pool's errors by member ``i``, (s,)."""
        tilted = w * self.predictions[i].slope
        onto = tilted @ self.cross
        rows = enumerate(tilted)
        return np.array([self.members[i].variance(self.prior.variance(t), onto[:, j], t.sum()) for j, t in rows])

    def effects(self, before: Mask, after: Mask) -> list[tuple[float, float]]:
        """Gives what is saved from some parts of the pool (s, m) to others, in points: the mean and its variance."""
        w = before / before.sum(1, keepdims=True) - after / after.sum(1, keepdims=True)
        weights = self.weights[:QUICK] / self.weights[:QUICK].sum()
        means = np.array([w @ each.pool for each in self.predictions[:QUICK]])
        spread = np.array([self.posterior(i, w) for i in range(len(means))])
        mean = weights @ means
        return list(zip(mean.tolist(), (weights @ (spread + (means - mean) ** 2)).tolist(), strict=True))


def mixes() -> Array:
    """Gives the settings of the variances, (k, 4): noise, pairs, shared, own, in sum 1."""
    rows = [
        (v, (1 - v) * r, (1 - v) * (1 - r) * s, (1 - v) * (1 - r) * (1 - s))
        for v, r, s in product(NOISE, PAIRS, SHARED)
    ]
    return np.array([*rows, (1 - 1e-6, 0, 0, 1e-6)])


def fit(gram: Array, errors: Array) -> tuple[Member, ...]:
    """Weighs the settings and powers by their restricted marginal likelihood, and keeps the likeliest.

    Args:
        gram: (3, n, n) covariances of the sample.
        errors: (n,), above 0.
    """
    n, settings = len(errors), mixes()
    z = box_cox(errors / np.exp(np.log(errors).mean()))
    log_det, solved = _solved(settings, gram, np.column_stack([np.ones(n), z]))
    ones = solved[:, :, 0].sum(1)
    mean = solved[:, :, 1:].sum(1) / ones[:, None]
    ssr = np.einsum("nl,knl->kl", z, solved[:, :, 1:]) - mean**2 * ones[:, None]
    log_ml = -0.5 * (log_det + np.log(ones))[:, None] - (n - 1) / 2 * np.log(ssr)
    best = np.argsort(-log_ml, axis=None)[:MEMBERS]
    weights = np.exp(log_ml.flat[best] - log_ml.max())
    chosen = []
    for weight, at in zip(weights / weights.sum(), best, strict=True):
        k, power = divmod(int(at), len(POWERS))
        alpha = solved[k, :, power + 1] - solved[k, :, 0] * mean[k, power]
        scale, inverse = ssr[k, power] / (n - 1), np.asarray(np.linalg.inv(_covariance(settings[k], gram)))
        chosen.append(Member(weight, settings[k], POWERS[power], scale, mean[k, power], alpha, inverse, z[:, power]))
    return tuple(chosen)


def _covariance(mix: Array, gram: Array) -> Array:
    return np.asarray(np.tensordot(mix[1:], gram, 1) + mix[0] * np.eye(gram.shape[1]))


def _solved(settings: Array, gram: Array, right: Array) -> tuple[Array, Array]:
    """Gives of each setting the covariance's log determinant, (k,), and its inverse times ``right``, (k, n, 1 + l)."""
    from scipy.linalg import cho_factor, cho_solve

    log_det, solved = np.empty(len(settings)), np.empty((len(settings), *right.shape))
    for k, mix in enumerate(settings):  # one at a time, as all of them at once need k n^2 numbers
        factor = cho_factor(_covariance(mix, gram), lower=True, check_finite=False)
        log_det[k] = 2 * np.log(np.diag(factor[0])).sum()
        solved[k] = cho_solve(factor, right, check_finite=False)
    return log_det, solved


def box_cox(y: Array) -> Array:
    """Transforms y, of geometric mean 1, by every power, (n, l): their likelihoods then compare."""
    return np.column_stack([np.log(y) if power == 0 else (y**power - 1) / power for power in POWERS])


def predict(member: Member, cross: Array, errors: Array) -> Prediction:
    """Gives what a member expects in points of error: its curve is averaged over its own residuals."""
    center = float(np.exp(np.log(errors).mean()))
    f, out = member.mean + np.tensordot(member.mix[1:], cross, 1) @ member.alpha, member.left_out()
    grid = np.linspace(min(f.min(), out.min()) - 0.01, max(f.max(), out.max()) + 0.01, 100)
    curve = _back(grid[:, None] + member.residuals(), member.power, center, errors).mean(1)
    return Prediction(
        np.interp(f, grid, curve), np.interp(f, grid, np.gradient(curve, grid)), np.interp(out, grid, curve)
    )


def _back(z: Array, power: float, center: float, errors: Array) -> Array:
    """Transforms back to errors, no further than half the least and the greatest."""
    y = np.exp(np.minimum(z, 50.0)) if power == 0 else np.maximum(1 + power * z, 1e-6) ** (1 / power)
    return np.clip(y * center, errors.min() / 2, errors.max())

"""The Gaussian process against formulas written out."""

import numpy as np
import pytest

from netspace.refinement.columns import Column
from netspace.refinement.encoding import Encoding, Prior, kernels
from netspace.refinement.model import POWERS, Model, fit, mixes
from tests.refinement.spaces_made import additive

COLUMNS = [Column("a_1", "choice", "a"), Column("a_2", "choice", "a"), Column("d", "number")]


@pytest.fixture
def pool() -> np.ndarray:
    r = np.random.default_rng(0)
    return np.column_stack([r.integers(0, 3, (60, 2)), r.integers(1, 9, 60)]).astype(float)


def test_features_are_centered_and_of_unit_variance(pool: np.ndarray) -> None:
    for features in Encoding.of(COLUMNS, pool).features(pool):
        assert np.abs(features.mean(0)).max() < 1e-12
        assert (features**2).sum(1).mean() == pytest.approx(1)


def test_features_do_not_depend_on_a_numbers_scale(pool: np.ndarray) -> None:
    other = np.column_stack([pool[:, :2], np.exp(pool[:, 2])])
    for a, b in zip(
        Encoding.of(COLUMNS, pool).features(pool), Encoding.of(COLUMNS, other).features(other), strict=True
    ):
        np.testing.assert_allclose(a, b)


def test_kernels_are_sums_over_columns_and_pairs(pool: np.ndarray) -> None:
    code = Encoding.of(COLUMNS, pool)
    features = code.features(pool)
    pairs, common, own = kernels(code, features, features)
    k = [f @ f.T for f in features]
    np.testing.assert_allclose(own, sum(k) / 3)
    shared = (features[0] + features[1]) / np.sqrt(2)
    np.testing.assert_allclose(common, shared @ shared.T)
    products = 2 * (k[0] * k[1] + k[0] * k[2] + k[1] * k[2]) / 6
    np.testing.assert_allclose(pairs, (products + common**2 / 2) / 1.5)


def test_prior_variance_is_that_of_the_full_covariance(pool: np.ndarray) -> None:
    code = Encoding.of(COLUMNS, pool)
    features = code.features(pool)
    w = np.random.default_rng(1).normal(size=60)
    expected = [w @ part @ w for part in kernels(code, features, features)]
    np.testing.assert_allclose(Prior(code, features).variance(w), expected)


def test_fit_is_the_best_of_all_restricted_likelihoods() -> None:
    columns, x, errors = additive()
    x, errors = x[:40], errors[:40]
    code = Encoding.of(columns, x)
    gram = kernels(code, code.features(x), code.features(x))
    members = fit(gram, errors)
    assert sum(member.weight for member in members) == pytest.approx(1)
    y = errors / np.exp(np.log(errors).mean())
    table = []
    for mix in mixes():
        cov = np.tensordot(mix[1:], gram, 1) + mix[0] * np.eye(40)
        inverse, one = np.linalg.inv(cov), np.ones(40)
        for power in POWERS:
            z = np.log(y) if power == 0 else (y**power - 1) / power
            mean = one @ inverse @ z / (one @ inverse @ one)
            ssr = (z - mean) @ inverse @ (z - mean)
            half = 0.5 * (np.linalg.slogdet(cov)[1] + np.log(one @ inverse @ one))
            table.append((-half - 39 / 2 * np.log(ssr), power, tuple(mix), mean))
    best = max(table)
    assert members[0].power == best[1]
    assert tuple(members[0].mix) == best[2]
    assert members[0].mean == pytest.approx(best[3])
    log_ratio = np.log(members[1].weight / members[0].weight)
    assert log_ratio == pytest.approx(sorted(table)[-2][0] - best[0])


def test_left_out_prediction_is_that_of_a_fit_without_the_network() -> None:
    columns, x, errors = additive()
    x, errors = x[:30], errors[:30]
    code = Encoding.of(columns, x)
    gram = kernels(code, code.features(x), code.features(x))
    member = fit(gram, errors)[0]
    cov = np.tensordot(member.mix[1:], gram, 1) + member.mix[0] * np.eye(30)
    rest = np.arange(1, 30)
    inverse = np.linalg.inv(cov[np.ix_(rest, rest)])
    mean = inverse.sum(0) @ member.z[rest] / inverse.sum()
    predicted = mean + cov[0, rest] @ inverse @ (member.z[rest] - mean)
    assert member.left_out()[0] == pytest.approx(predicted)


def test_posterior_variance_is_that_of_generalized_least_squares(pool: np.ndarray) -> None:
    sample, r = pool[:25], np.random.default_rng(2)
    code = Encoding.of(COLUMNS, pool)
    features, sampled = code.features(pool), code.features(sample)
    member = fit(kernels(code, sampled, sampled), 10 + r.random(25))[0]
    cross, w = kernels(code, features, sampled), r.normal(size=60)
    signal = np.tensordot(member.mix[1:], kernels(code, features, features), 1)
    c, inverse, one = np.tensordot(member.mix[1:], cross, 1), member.inverse, np.ones(25)
    leverage = np.ones(60) - c @ inverse @ one
    full = signal - c @ inverse @ c.T + np.outer(leverage, leverage) / (one @ inverse @ one)
    got = member.variance(Prior(code, features).variance(w), w @ cross, w.sum())
    assert got == pytest.approx(member.scale * w @ full @ w)


def test_model_finds_effects_of_their_size() -> None:
    columns, x, errors = additive(noise=0.1)
    model = Model.of(columns, x[:60], errors[:60], x)
    everything = np.ones(len(x), bool)
    effect, variance = model.effects(everything[None], (x[:, 0] != 2)[None])[0]
    assert effect == pytest.approx(2 / 3, abs=0.15)
    assert 0 < np.sqrt(variance) < 0.15

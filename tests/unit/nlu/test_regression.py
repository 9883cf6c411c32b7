import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.nlu.regression import Regression, fit


@pytest.fixture
def blocks():
    chance = np.random.default_rng(0)
    dense = chance.normal(size=(60, 4)).astype(np.float32)
    dense[30:, 0] += 3
    sparse = np.zeros((60, 6), dtype=np.float32)
    sparse[::2, 1] = 2
    sparse[1::2, 4] = 2
    return [dense, csr_matrix(sparse)]


@pytest.fixture
def labels():
    return [f"{'b' if row >= 30 else 'a'}{row % 2}" for row in range(60)]


def test_dense_and_sparse_features_are_learnt_together(blocks, labels):
    model = fit(blocks, labels)
    taken = np.array(model.classes)[model.probabilities(blocks).argmax(axis=1)]
    assert (taken == labels).mean() > 0.9


def test_either_kind_of_features_alone_learns_only_its_half(blocks, labels):
    model = fit(blocks[1:], labels)
    taken = np.array(model.classes)[model.probabilities(blocks[1:]).argmax(axis=1)]
    assert all(guess[1] == label[1] for guess, label in zip(taken, labels, strict=True))
    assert (taken == labels).mean() < 0.7


def test_two_trainings_give_the_same_weights(blocks, labels):
    assert (fit(blocks, labels).weights == fit(blocks, labels).weights).all()


def test_every_row_of_probabilities_adds_up_to_one(blocks, labels):
    found = fit(blocks, labels).probabilities(blocks)
    assert found.sum(axis=1) == pytest.approx(np.ones(60), abs=1e-5)
    assert (found >= 0).all()


def test_a_rare_class_weighs_as_much_as_a_frequent_one(blocks):
    rare = ["often"] * 57 + ["rare"] * 3
    found = fit(blocks, rare).probabilities(blocks)
    assert found[57:, 1].min() > 0.5


def test_columns_without_a_value_get_no_weight(blocks, labels):
    model = fit(blocks, labels)
    assert model.columns[1].tolist() == [1, 4]
    assert model.weights.shape == (4 + 2 + 1, 4)


def test_smoothing_makes_less_sure(blocks, labels):
    plain, smoothed = fit(blocks, labels), fit(blocks, labels, smoothing=0.2)
    assert smoothed.probabilities(blocks).max() < plain.probabilities(blocks).max()


def test_what_was_kept_is_what_comes_back(blocks, labels, tmp_path):
    model = fit(blocks, labels)
    model.save(tmp_path)
    again = Regression.load(tmp_path)
    assert again.classes == model.classes
    assert (again.probabilities(blocks) == model.probabilities(blocks)).all()


def test_it_gives_what_scikit_learn_gives(blocks, labels):
    from scipy.sparse import hstack  # noqa: PLC0415 - only here
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - only here

    packed = hstack([csr_matrix(blocks[0]), blocks[1]]).tocsr()
    theirs = LogisticRegression(class_weight="balanced", tol=1e-8, max_iter=1000)
    expected = theirs.fit(packed, labels).predict_proba(packed)
    assert np.abs(fit(blocks, labels).probabilities(blocks) - expected).max() < 0.02

"""Makes the models and scores beside this file: python3 make_models.py, with lightgbm 4.7.0 and numpy.

The data is drawn here, from a fixed seed. Each model gets rows with the values that decide how a missing or strange
value is read; NAME.csv holds them with the library's own raw score and probability (empty: missing, or no probability).
"""
import lightgbm
import numpy

NAMES = ["amount", "colour", "shop", "risk"]
STRANGE = [numpy.nan, 0.0, -0.0, 1e-36, -1e-36, 1e-34, numpy.inf, -numpy.inf, -1.0, -0.5, 0.5, 3.9, 63.0, 64.0, 1e10]


def rows(draw, count):
    amount = draw.gamma(2.0, 40.0, count)
    colour = draw.integers(0, 9, count).astype(float)
    shop = draw.integers(0, 80, count).astype(float)
    risk = numpy.where(draw.random(count) < 0.5, 0.0, draw.random(count) - 0.3)
    table = numpy.stack([amount, colour, shop, risk], axis=1)
    table[draw.random(table.shape) < 0.06] = numpy.nan
    return table


def truth(table, draw):
    amount, colour, shop, risk = numpy.nan_to_num(table, nan=-1.0).T
    return amount / 60 + (colour % 3 == 1) + 1.5 * (shop % 7 == 2) + 3 * risk + (risk == 0) + draw.normal(0, 0.3, len(table))


def cell(value):
    return "" if numpy.isnan(value) else repr(float(value))


def make(name, trees, categorical, **params):
    draw = numpy.random.default_rng(7)
    table = rows(draw, 4000)
    target = truth(table, draw)
    if params["objective"] == "binary":
        target = (target > 3).astype(float)
    data = lightgbm.Dataset(table, target, feature_name=NAMES, categorical_feature=categorical)
    booster = lightgbm.train(dict(num_leaves=12, num_threads=1, seed=7, verbosity=-1, cat_smooth=1, **params), data, trees)
    probe = rows(draw, 300)
    strange = draw.random(probe.shape) < 0.25
    probe[strange] = draw.choice(STRANGE, strange.sum())
    raw = booster.predict(probe, raw_score=True)
    probability = booster.predict(probe) if params["objective"] == "binary" else numpy.full(len(raw), numpy.nan)
    booster.save_model(name + ".txt")
    with open(name + ".csv", "w", encoding="utf-8") as out:
        out.write(",".join(NAMES + ["raw_score", "probability"]) + "\n")
        for row, r, p in zip(probe, raw, probability):
            out.write(",".join(cell(v) for v in [*row, r, p]) + "\n")


make("categories", 10, ["colour", "shop"], objective="binary", sigmoid=0.7)
make("zero_as_missing", 10, ["colour"], objective="binary", zero_as_missing=True)
make("no_missing", 10, ["colour"], objective="binary", use_missing=False)
make("regression", 10, [], objective="regression", boosting="dart")
make("one_leaf", 3, [], objective="binary", min_data_in_leaf=3000)

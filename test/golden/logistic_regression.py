"""Writes logistic_regression.json: what scikit-learn's logistic regression makes of some examples.

  pip install scikit-learn==1.9.1
  python test/golden/logistic_regression.py && deno fmt test/golden
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from examples import examples
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

features, labels = examples(120)
train, test = slice(0, 90), slice(90, 120)
count = 90

fits = []
for l2 in [1e-4, 1e-2, 1]:
    # scikit-learn minimises C * sum of cross-entropies + |W|^2 / 2; ours is that over C * count.
    regression = LogisticRegression(C=1 / (l2 * count), tol=1e-10, max_iter=100_000)
    model = make_pipeline(StandardScaler(), regression)
    model.fit(features[train], labels[train])
    entropy = log_loss(labels[train], model.predict_proba(features[train]))
    fits.append({
        "l2": l2,
        "loss": entropy + l2 / 2 * float((regression.coef_**2).sum()),
        "probabilities": model.predict_proba(features[test]).round(6).tolist(),
    })

golden = {
    "scikit-learn": sklearn.__version__,
    "dimension": features.shape[1],
    "classes": 3,
    "train": features[train].tolist(),
    "trainLabels": labels[train].tolist(),
    "test": features[test].tolist(),
    "fits": fits,
}
text = json.dumps(golden).replace("], [", "],\n[")
Path(__file__).with_suffix(".json").write_text(text + "\n")

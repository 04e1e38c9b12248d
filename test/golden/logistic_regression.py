"""Writes logistic_regression.json: what scikit-learn's logistic regression makes of some examples.

  pip install scikit-learn==1.9.1
  python test/golden/logistic_regression.py && deno fmt test/golden

Some are noisy blobs. The others are logistic_regression.embeddings.npy, h of real photographs: the first
40 of each class of CIFAR-10's test set by number, class after class, as `deno task embed --normalize`
writes it with the encoder that the preset cifar10-small trains (128 numbers), in steps of 1/255 of the
largest, uint8 [400, 128]. They are used at length 1.
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

L2 = [1e-3, 1e-2, 0.1, 1, 10]


def first(labels, counts):
    """The first rows of each class, so many of each."""
    return [row for label, count in enumerate(counts) for row in np.flatnonzero(labels == label)[:count]]


def fits(features, labels, train, test):
    """What is fitted to the rows `train` at several L2 says of the rows `test`."""
    count = len(train)
    for l2 in L2:
        # scikit-learn minimises C * sum of cross-entropies + |W|^2 / 2; ours is that over C * count.
        regression = LogisticRegression(C=1 / (l2 * count), tol=1e-10, max_iter=100_000)
        model = make_pipeline(StandardScaler(), regression)
        model.fit(features[train], labels[train])
        entropy = log_loss(labels[train], model.predict_proba(features[train]))
        yield {
            "l2": l2,
            "loss": entropy + l2 / 2 * float((regression.coef_**2).sum()),
            "probabilities": model.predict_proba(features[test]).round(6).tolist(),
        }


def result(name, kind, features, labels, train, test):
    return {
        "name": name,
        "of": kind,
        "train": [int(row) for row in train],
        "test": [int(row) for row in test],
        "fits": list(fits(features, labels, train, test)),
    }


blobs, classes_of_blobs = examples(120)
steps = np.load(Path(__file__).with_suffix(".embeddings.npy")).astype(float)
embeddings = steps / np.linalg.norm(steps, axis=1, keepdims=True)
classes_of_embeddings = np.arange(len(embeddings)) // 40
last = range(39, 400, 40)  # one of each class

golden = {
    "scikit-learn": sklearn.__version__,
    "blobs": {
        "dimension": blobs.shape[1],
        "classes": 3,
        "features": blobs.tolist(),
        "labels": classes_of_blobs.tolist(),
    },
    "results": [
        result("blobs", "blobs", blobs, classes_of_blobs, range(90), range(90, 120)),
        result(
            "blobs, 30 to 2 of a class",
            "blobs",
            blobs,
            classes_of_blobs,
            first(classes_of_blobs, [30, 8, 2]),
            range(90, 120),
        ),
        *(
            result(
                f"embeddings, {name}",
                "embeddings",
                embeddings,
                classes_of_embeddings,
                first(classes_of_embeddings, counts),
                last,
            )
            for name, counts in [
                ("30 of each class", [30] * 10),
                ("1 of each class", [1] * 10),
                ("35 to 1 of a class", [35, 20, 12, 8, 5, 4, 3, 2, 1, 1]),
            ]
        ),
    ],
}
text = json.dumps(golden).replace("], [", "],\n[")
Path(__file__).with_suffix(".json").write_text(text + "\n")

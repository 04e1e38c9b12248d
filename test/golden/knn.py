"""Writes knn.json: the weighted vote of nearest neighbours, by scikit-learn, on some examples.

  pip install scikit-learn==1.9.1
  python test/golden/knn.py && deno fmt test/golden
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from examples import examples
from sklearn.neighbors import KNeighborsClassifier

features, labels = examples(120)
features -= features.mean(0)  # else every cosine is that of the common offset
features = (features / np.maximum(features.std(0), 1e-3)).round(4)
train, test = slice(0, 90), slice(90, 120)

votes = []
for k, temperature in [(1, 0.1), (10, 0.1), (25, 0.07), (90, 0.5)]:
    model = KNeighborsClassifier(
        k, metric="cosine", weights=lambda distance: np.exp((1 - distance) / temperature)
    )
    model.fit(features[train], labels[train])
    predictions = model.predict(features[test])
    votes.append({"k": k, "temperature": temperature, "predictions": predictions.tolist()})

golden = {
    "scikit-learn": sklearn.__version__,
    "dimension": features.shape[1],
    "classes": 3,
    "train": features[train].tolist(),
    "trainLabels": labels[train].tolist(),
    "test": features[test].tolist(),
    "votes": votes,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden).replace("], [", "],\n[") + "\n")

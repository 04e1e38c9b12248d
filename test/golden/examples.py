"""The examples that the golden files of this folder are computed on: noisy blobs, hard to tell apart."""

import numpy as np


def examples(count, classes=3):
    """Features of very different scale, one of them constant; labels in turn.."""
    random = np.random.default_rng(7)
    labels = np.arange(count) % classes
    centres = random.normal(size=(classes, 6))
    features = centres[labels] + random.normal(scale=1.2, size=(count, 6))
    features = features * [1, 100, 0.01, 1, 1, 0] + [0, 1000, 0, -5, 0, 3.5]
    return features.round(4), labels

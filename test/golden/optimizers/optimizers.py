"""Writes optimizers.json: what PyTorch's optimisers make of two parameters in ten steps.

  pip install torch==2.13.0
  python test/golden/optimizers/optimizers.py && deno fmt test/golden/optimizers

The vector has no weight decay, as in SimCLR; the learning rate is another at every step.
"""

import json
from pathlib import Path

import torch

SETTINGS = [
    {"optimizer": "sgd", "momentum": 0.9, "nesterov": True, "weightDecay": 0.05},
    {"optimizer": "sgd", "momentum": 0.9, "nesterov": False, "weightDecay": 0},
    {"optimizer": "adam", "momentum": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.05},
    {"optimizer": "adamw", "momentum": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.05},
    {"optimizer": "adamw", "momentum": 0.5, "beta2": 0.9, "epsilon": 0.01, "weightDecay": 0.5},
]
RATES = [0.02, 0.04, 0.06, 0.08, 0.1, 0.09, 0.07, 0.05, 0.03, 0.01]


def optimizer_of(parameters, setting):
    matrix, vector = parameters
    decay = setting["weightDecay"]
    groups = [{"params": [matrix], "weight_decay": decay}, {"params": [vector], "weight_decay": 0}]
    if setting["optimizer"] == "sgd":
        momentum, nesterov = setting["momentum"], setting["nesterov"]
        return torch.optim.SGD(groups, lr=0, momentum=momentum, nesterov=nesterov)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[setting["optimizer"]]
    betas = (setting["momentum"], setting["beta2"])
    return kind(groups, lr=0, betas=betas, eps=setting["epsilon"])


def rounded(tensor):
    return [round(value, 8) for value in tensor.detach().flatten().tolist()]


torch.manual_seed(7)
shapes = [(2, 3), (3,)]
start = [torch.randn(shape).mul(1000).round() / 1000 for shape in shapes]
gradients = [[torch.randn(shape).mul(1000).round() / 1000 for shape in shapes] for _ in RATES]

runs = []
for setting in SETTINGS:
    parameters = [value.double().clone().requires_grad_() for value in start]
    optimizer = optimizer_of(parameters, setting)
    path = []
    for rate, slopes in zip(RATES, gradients):
        for group in optimizer.param_groups:
            group["lr"] = rate
        for parameter, slope in zip(parameters, slopes):
            parameter.grad = slope.double()
        optimizer.step()
        path.append([rounded(parameter) for parameter in parameters])
    runs.append({"setting": setting, "path": path})

golden = {
    "torch": torch.__version__.split("+")[0],
    "shapes": shapes,
    "rates": RATES,
    "start": [[round(value, 3) for value in tensor.flatten().tolist()] for tensor in start],
    "gradients": [
        [[round(value, 3) for value in tensor.flatten().tolist()] for tensor in step]
        for step in gradients
    ],
    "runs": runs,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")

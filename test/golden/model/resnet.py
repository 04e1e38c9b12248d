"""Writes resnet_shapes.json and resnet.safetensors: what torchvision's ResNets are made of, and what
they make of sixteen photographs.

  pip install torch==2.13.0 torchvision==0.28.0 numpy safetensors pillow
  python test/golden/model/resnet.py FOLDER && deno fmt test/golden/model

FOLDER holds photographs of 32×32 pixels, one folder a class, such as CIFAR-10's test split.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torchvision
from narrow_resnet import FAMILIES, NarrowResNet, calibrate, draw, statistics
from PIL import Image
from safetensors.numpy import save_file

HERE = Path(__file__).parent
WIDTH = 1 / 16
TRAINED = ("resnet50", "imagenet", 1 / 32)  # narrower, as all its gradients are kept

shapes = {
    family: {
        name: list(tensor.shape)
        for name, tensor in getattr(torchvision.models, family)().state_dict().items()
        if not name.startswith("fc.") and not name.endswith("num_batches_tracked")
    }
    for family in FAMILIES
}
(HERE / "resnet_shapes.json").write_text(json.dumps(shapes))

folders = sorted(folder for folder in Path(sys.argv[1]).iterdir() if folder.is_dir())
paths = [sorted(folders[i % len(folders)].iterdir())[i // len(folders)] for i in range(16)]
photographs = np.stack([np.asarray(Image.open(path).convert("RGB")) for path in paths])
small = torch.from_numpy(photographs[:4]).permute(0, 3, 1, 2).float() / 255  # [4, 3, 32, 32]
rows = np.concatenate(np.split(photographs, 2), 2)  # photographs i and i + 8 side by side
mosaics = np.concatenate(np.split(rows, 2), 1)  # [4, 64, 64, 3]
large = torch.from_numpy(mosaics).permute(0, 3, 1, 2).float() / 255
inputs = {"cifar": small, "imagenet": large}

golden = {"photographs": photographs}
for family in FAMILIES:
    for stem, x in inputs.items():
        network = calibrate(draw(NarrowResNet(family, stem, WIDTH)), x)
        with torch.no_grad():
            golden[f"{family}.{stem}.h"] = network(x).numpy()
        for name, buffer in statistics(network).items():
            golden[f"{family}.{stem}.{name}"] = buffer

network = draw(NarrowResNet(*TRAINED)).train()
h = network(large)
h.square().mean().backward()
golden["trained.h"] = h.detach().numpy()
for name, parameter in network.named_parameters():
    gradient = parameter.grad
    if gradient.dim() == 4:
        gradient = gradient.permute(2, 3, 1, 0)
    golden[f"trained.gradient.{name}"] = np.ascontiguousarray(gradient.numpy())
golden |= {f"trained.{name}": buffer for name, buffer in statistics(network).items()}
save_file(golden, HERE / "resnet.safetensors")

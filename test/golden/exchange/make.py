"""Makes the files beside it: small networks of torchvision with what they give, by PyTorch and, from
the ONNX files that Lookalike writes of them, by ONNX Runtime.

    python make.py PHOTOGRAPHS.tar.gz      # CIFAR-10 as JPEG files; deno must be on the PATH

Made with torch 2.13.0, torchvision 0.28.0, onnx 1.23.2 and onnxruntime 1.32.0 on a CPU.
"""

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

HERE = Path(__file__).parent
PHOTOGRAPHS = [f"test/{name}/0000.jpg" for name in ("airplane", "cat", "frog", "ship")]
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class NarrowResNet(ResNet):
    """torchvision's own ResNet with a sixteenth of its channels."""

    def __setattr__(self, name, value):
        first = name == "inplanes" and "layer1" not in self._modules
        super().__setattr__(name, value // 16 if first and value == 64 else value)

    def _make_layer(self, block, planes, *args, **options):
        return super()._make_layer(block, planes // 16, *args, **options)


def network(block, counts, seed):
    """With batch norms that have something to do, and an h of the size of 1, as after training."""
    torch.manual_seed(seed)
    model = NarrowResNet(block, counts)
    last = "bn3" if block is Bottleneck else "bn2"
    for name, module in model.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            grows = name.startswith("layer") and name.endswith((last, "downsample.1"))
            nn.init.uniform_(module.weight, *((0.1, 0.5) if grows else (0.5, 1.5)))
            nn.init.uniform_(module.bias, -0.5, 0.5)
            nn.init.uniform_(module.running_mean, -0.5, 0.5)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    model.fc = nn.Linear(512 // 16 * block.expansion, 10)  # what an import must pass over
    return model.eval()


def drawings(side, seed):
    """Smooth colours with edges, uint8 [4, side, side, 3]."""
    source = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    images = []
    for _ in range(4):
        waves = [np.sin(2 * np.pi * (source.uniform(0, 3) * x + source.uniform(0, 3) * y)) for _ in range(3)]
        image = np.stack(waves, -1) * source.uniform(60, 120) + source.uniform(80, 160)
        image[(x - 0.5) ** 2 + (y - 0.5) ** 2 < source.uniform(0.02, 0.1)] = source.uniform(0, 255, 3)
        images.append(np.clip(image, 0, 255).astype(np.uint8))
    return np.stack(images)


def features(model, pixels, normalise=False):
    """h, float32 [N, F]."""
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2) / 255
    if normalise:
        shape = (1, 3, 1, 1)
        images = (images - torch.tensor(MEAN).reshape(shape)) / torch.tensor(DEVIATION).reshape(shape)
    modules = [module for name, module in model.named_children() if name != "fc"]
    with torch.no_grad():
        return nn.Sequential(*modules)(images).flatten(1)


def main(archive):
    with tarfile.open(archive) as tar:
        members = {name.split("/", 1)[-1] if name.startswith("./") else name: name for name in tar.getnames()}
        files = [tar.extractfile(members[name]).read() for name in PHOTOGRAPHS]
    photographs = np.stack([np.asarray(Image.open(io.BytesIO(file)).convert("RGB")) for file in files])

    small = network(BasicBlock, [2, 2, 2, 2], seed=1)
    small.conv1, small.maxpool = nn.Conv2d(3, 4, 3, 1, 1, bias=False), nn.Identity()
    save_file(small.state_dict(), HERE / "resnet18.safetensors")
    large = network(Bottleneck, [3, 4, 6, 3], seed=2).half()
    save_file(large.state_dict(), HERE / "resnet50.safetensors")  # F16
    large = large.float()

    pixels = {"resnet18": drawings(32, seed=3), "resnet50": drawings(64, seed=4)}
    expected = {
        "resnet18.h": features(small, pixels["resnet18"]),
        "resnet18.photographs": features(small, photographs),
        "resnet50.h": features(large, pixels["resnet50"], normalise=True),
    }
    hashes = {}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["deno", "run", "-A", HERE / "write_onnx.ts", folder], check=True)
        for path in sorted(Path(folder).glob("*.onnx")):
            onnx.checker.check_model(onnx.load(path), full_check=True)
            session = onnxruntime.InferenceSession(path)
            images = pixels[path.stem.split("-")[0]].transpose(0, 3, 1, 2).astype(np.float32) / 255
            (output,) = session.run(None, {"images": images})
            expected[f"{path.stem}.onnx"] = torch.from_numpy(output)
            hashes[path.stem] = hashlib.sha256(path.read_bytes()).hexdigest()
    for name, value in pixels.items():
        expected[f"{name}.images"] = torch.from_numpy(value)
    save_file(expected, HERE / "expected.safetensors", metadata=hashes)


if __name__ == "__main__":
    main(sys.argv[1])

"""An encoder of Lookalike in PyTorch: needs the packages torch and safetensors.

    encoder = load()           # the weights that lie beside this file, in evaluation mode
    features = encoder(images) # float32 [N, 3, S, S], RGB in 0..1 -> float32 [N, F]

S is encoder.input_size; an image is scaled to cover the square and its centre is kept. Features are
not normalised. The tensors have torchvision's names: see load_torchvision for its own ResNet.
"""

import json
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn

WEIGHTS = Path(__file__).with_name("encoder.safetensors")


class Block(nn.Module):
    """A residual block of two 3x3 convolutions, or of 1x1, 3x3 and 1x1."""

    def __init__(self, sides, inputs, width, outputs, stride):
        super().__init__()
        channels = [inputs] + [width] * (len(sides) - 1) + [outputs]
        self.count = len(sides)
        for i, side in enumerate(sides):
            step = stride if i == sides.index(3) else 1
            convolution = nn.Conv2d(channels[i], channels[i + 1], side, step, side // 2, bias=False)
            setattr(self, f"conv{i + 1}", convolution)
            setattr(self, f"bn{i + 1}", nn.BatchNorm2d(channels[i + 1]))
        self.downsample = None
        if stride != 1 or inputs != outputs:
            convolution = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(convolution, nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = x
        for i in range(1, self.count + 1):
            y = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(y))
            if i < self.count:
                y = torch.relu(y)
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Encoder(nn.Module):
    """A ResNet up to its pooled features h, and the layers of a projection head behind it."""

    COUNTS = {
        "resnet18": [2, 2, 2, 2],
        "resnet34": [3, 4, 6, 3],
        "resnet50": [3, 4, 6, 3],
        "resnet101": [3, 4, 23, 3],
        "resnet152": [3, 8, 36, 3],
    }

    def __init__(self, description, weights):
        super().__init__()
        architecture = description["architecture"]
        self.input_size = description["inputSize"]
        normalization = architecture.get("normalization", {"mean": [0] * 3, "deviation": [1] * 3})
        for name in ("mean", "deviation"):
            values = torch.tensor(normalization[name], dtype=torch.float32).reshape(1, 3, 1, 1)
            self.register_buffer(name, values, persistent=False)

        large = architecture["stem"] == "imagenet"
        inputs = weights["conv1.weight"].shape[0]
        side, stride = (7, 2) if large else (3, 1)
        self.conv1 = nn.Conv2d(3, inputs, side, stride, side // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(inputs)
        self.maxpool = nn.MaxPool2d(3, 2, 1) if large else nn.Identity()
        basic = architecture["family"] in ("resnet18", "resnet34")
        for stage, count in enumerate(self.COUNTS[architecture["family"]], 1):
            width = weights[f"layer{stage}.0.conv1.weight"].shape[0]
            outputs = width if basic else 4 * width
            blocks = []
            for index in range(count):
                stride = 2 if stage > 1 and index == 0 else 1
                blocks.append(Block([3, 3] if basic else [1, 3, 1], inputs, width, outputs, stride))
                inputs = outputs
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))

        self.layer = description["layer"]
        self.head = nn.ModuleDict()
        layers = description["head"]["layers"] if self.layer else []
        for index, outputs in enumerate(layers[: self.layer]):
            self.head[str(index)] = nn.Linear(inputs, outputs, bias=False)
            self.head[f"bn{index}"] = nn.BatchNorm1d(outputs)
            inputs = outputs
        self.last = len(layers) - 1  # the head's last layer, which has no relu
        self.dimension = inputs
        self.load_state_dict(weights)

    def forward(self, images):
        x = (images - self.mean) / self.deviation
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = x.mean(dim=(2, 3))  # h, [N, F]
        for index in range(self.layer):
            x = self.head[f"bn{index}"](self.head[str(index)](x))
            x = torch.relu(x) if index < self.last else x
        return x


def read(path=WEIGHTS):
    """What the file says of its network, and its tensors by name."""
    with safe_open(path, framework="pt") as file:
        description = json.loads(file.metadata()["lookalike"])
        return description, {name: file.get_tensor(name) for name in file.keys()}


def load(path=WEIGHTS):
    """The encoder, in evaluation mode."""
    return Encoder(*read(path)).eval()


def load_torchvision(path=WEIGHTS):
    """The same weights in torchvision's own ResNet, for h of an ImageNet stem at width 1.

    Like torchvision's networks it takes images that are normalised, if the encoder has a normalization.
    """
    import torchvision

    description, weights = read(path)
    model = getattr(torchvision.models, description["architecture"]["family"])(weights=None)
    model.fc = nn.Identity()
    model.load_state_dict(weights)
    return model.eval()

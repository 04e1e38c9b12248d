"""torchvision's ResNets with any width and stem, and weights that both sides can draw alike."""

import zlib

import numpy as np
import torch
from torch import nn
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

FAMILIES = {
    "resnet18": (BasicBlock, [2, 2, 2, 2]),
    "resnet34": (BasicBlock, [3, 4, 6, 3]),
    "resnet50": (Bottleneck, [3, 4, 6, 3]),
    "resnet101": (Bottleneck, [3, 4, 23, 3]),
    "resnet152": (Bottleneck, [3, 8, 36, 3]),
}


class NarrowResNet(ResNet):
    """torchvision's blocks and forward pass; every layer's channels are scaled, the stem's too."""

    def __init__(self, family, stem, width):
        self.stem, self.width = stem, width
        super().__init__(*FAMILIES[family])
        self.fc = nn.Identity()

    def _make_layer(self, block, planes, *args, **kwargs):
        if planes == 64:  # the first stage: torchvision has just made a stem of 64 channels
            self.inplanes = int(64 * self.width)
            side, stride = (7, 2) if self.stem == "imagenet" else (3, 1)
            self.conv1 = nn.Conv2d(3, self.inplanes, side, stride, side // 2, bias=False)
            self.bn1 = nn.BatchNorm2d(self.inplanes)
            if self.stem == "cifar":
                self.maxpool = nn.Identity()
        return super()._make_layer(block, int(planes * self.width), *args, **kwargs)


def draw(network):
    """Sets weights as trained ones might be; a function of each one's name alone."""
    for name, tensor in network.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        values = uniform(name, tensor.numel())
        if tensor.dim() == 4:  # drawn in TensorFlow's order, [k, k, in, out]
            out, inner, height, width = tensor.shape
            bound = (3 / (height * width * inner)) ** 0.5
            values = ((2 * values - 1) * bound).reshape(height, width, inner, out).transpose(3, 2, 0, 1)
        elif name.endswith("weight"):
            values = values / 2  # larger ones would make 150 layers blow up float32's rounding
        elif name.endswith("running_var"):
            values = values + 0.5
        else:
            values = values - 0.5
        with torch.no_grad():
            tensor.copy_(torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32)))
    return network


def calibrate(network, x):
    """Sets the running statistics to those of images, without which deep networks forget the image."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        network.train()(x)
    return network.eval()


def statistics(network):
    """The running statistics by name."""
    return {
        name: buffer.numpy()
        for name, buffer in network.named_buffers()
        if not name.endswith("num_batches_tracked")
    }


def uniform(name, count):
    """The numbers of src/random.ts for the CRC-32 of a name."""
    golden = np.uint32(0x9E3779B9)

    def mix(word):
        word = (word ^ (word >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        word = (word ^ (word >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return word ^ (word >> np.uint32(16))

    with np.errstate(over="ignore"):
        seed = np.array([zlib.crc32(name.encode())], np.uint32)
        state = mix(golden ^ mix(seed) ^ mix(np.uint32([0])) * golden)
        return mix(state + golden * np.arange(1, count + 1, dtype=np.uint32)) / 2.0**32

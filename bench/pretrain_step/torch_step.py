"""The SimCLR training step in PyTorch, as a careful user would write it: the peer that ours is timed by.

ResNet-18 (CIFAR stem) in channels_last; both views drawn and augmented as one batch; nonlinear head,
NT-Xent, LARS. Reads from standard input how many steps to take, a number a line, and answers each with
one JSON line: {"ms": [of each step], "loss": of the last, "peakBytes": of the process}.

  echo 5 | python torch_step.py --precision bfloat16
"""

import argparse
import json
import math
import platform
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

# --- the encoder -------------------------------------------------------------------------------


def convolution(inputs, outputs, side, stride=1):
    return nn.Conv2d(inputs, outputs, side, stride, padding=side // 2, bias=False)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = convolution(inputs, outputs, 3, stride)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = convolution(outputs, outputs, 3)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(y)) + self.shortcut(x), inplace=True)


def resnet18(width):
    """ResNet-18 with the 3x3, stride-1 stem for small images; [N, 3, H, W] -> h [N, 8 * width]."""
    blocks, inputs = [], width
    for stage, outputs in enumerate([width, 2 * width, 4 * width, 8 * width]):
        for block in range(2):
            blocks.append(BasicBlock(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
            inputs = outputs
    return nn.Sequential(
        convolution(3, width, 3), nn.BatchNorm2d(width), nn.ReLU(inplace=True), *blocks,
        nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    )


def nonlinear_head(dimension, output):
    last = nn.BatchNorm1d(output)
    last.bias = None  # no offset, as in the reference implementation
    return nn.Sequential(
        nn.Linear(dimension, dimension, bias=False), nn.BatchNorm1d(dimension), nn.ReLU(inplace=True),
        nn.Linear(dimension, output, bias=False), last,
    )


# --- the augmentation: every number is drawn per sample -----------------------------------------


def uniform(count, low, high):
    return torch.empty(count).uniform_(low, high)


def random_resized_crop_and_flip(images):
    """Area 0.08-1, aspect 3/4-4/3, the first of ten draws that fits; flip p .5; bilinear."""
    count, _, height, width = images.shape
    area = torch.empty(count, 10).uniform_(0.08, 1) * (height * width)
    aspect = torch.empty(count, 10).uniform_(math.log(3 / 4), math.log(4 / 3)).exp_()
    w, h = (area * aspect).sqrt(), (area / aspect).sqrt()  # [count, 10]
    fits = (w <= width) & (h <= height)
    pick = fits.int().argmax(1, keepdim=True)  # the first that fits
    none = ~fits.any(1)
    w = w.gather(1, pick)[:, 0].masked_fill_(none, width)
    h = h.gather(1, pick)[:, 0].masked_fill_(none, height)
    left, top = torch.rand(count) * (width - w), torch.rand(count) * (height - h)
    sign = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = sign * w / width, h / height
    theta[:, 0, 2], theta[:, 1, 2] = (2 * left + w) / width - 1, (2 * top + h) / height - 1
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=False)


LUMA = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)


def gray(x):
    return (x * LUMA).sum(1, keepdim=True)


def brightness(x, factor):
    return (x * factor).clamp_(0, 1)


def contrast(x, factor):
    mean = x.mean((2, 3), keepdim=True)  # of each channel, as in the reference implementation
    return torch.lerp(mean, x, factor).clamp_(0, 1)


def saturation(x, factor):
    return torch.lerp(gray(x), x, factor).clamp_(0, 1)


def hue(x, shift):
    """Turns the hue by `shift` of a full turn, through HSV."""
    value, minimum = x.amax(1), x.amin(1)
    chroma = value - minimum
    r, g, b = x.unbind(1)
    scale = 1 / torch.where(chroma == 0, 1, chroma)
    h = torch.where(
        value == r, (g - b) * scale, torch.where(value == g, (b - r) * scale + 2, (r - g) * scale + 4)
    )
    h = h + 6 * shift[:, :, 0]  # sixths of a turn
    k = (h[:, None] + torch.tensor([5.0, 3.0, 1.0]).view(1, 3, 1, 1)) % 6
    return value[:, None] - chroma[:, None] * torch.minimum(k, 4 - k).clamp_(0, 1)


def colour_jitter(x, strength):
    """p .8; brightness, contrast, saturation +-0.8s, hue +-0.2s, each sample in an order of its own."""
    count = x.shape[0]
    spread = 0.8 * strength
    operations = [
        (brightness, uniform(count, 1 - spread, 1 + spread)),
        (contrast, uniform(count, 1 - spread, 1 + spread)),
        (saturation, uniform(count, 1 - spread, 1 + spread)),
        (hue, uniform(count, -0.2 * strength, 0.2 * strength)),
    ]
    order = torch.rand(count, 4).argsort(1)
    order[torch.rand(count) >= 0.8] = -1  # these samples take part in none
    for turn in range(4):
        for index, (operation, amounts) in enumerate(operations):
            rows = (order[:, turn] == index).nonzero()[:, 0]
            x[rows] = operation(x[rows], amounts[rows].view(-1, 1, 1, 1))
    return x


def random_gray(x):
    rows = (torch.rand(x.shape[0]) < 0.2).nonzero()[:, 0]
    x[rows] = gray(x[rows]).expand(-1, 3, -1, -1)
    return x


def two_views(images):
    """uint8 [N, 3, H, W] -> float32 [2N, 3, H, W]: rows i and i + N are the views of image i."""
    x = images.repeat(2, 1, 1, 1).float().div_(255)
    return random_gray(colour_jitter(random_resized_crop_and_flip(x), strength=0.5))


# --- loss and optimiser --------------------------------------------------------------------------


def nt_xent(z, temperature):
    z = F.normalize(z.float())
    logits = z @ z.T / temperature
    logits.fill_diagonal_(-math.inf)
    count = len(z) // 2
    return F.cross_entropy(logits, torch.arange(2 * count).roll(count))


class Lars:
    """LARS with the rate inside the momentum; batch norm and biases have no decay and no trust ratio."""

    def __init__(self, parameters, momentum=0.9, decay=1e-6, trust=0.001):
        parameters = list(parameters)
        self.adapted = [p for p in parameters if p.ndim > 1]
        self.plain = [p for p in parameters if p.ndim <= 1]
        self.slots = [[torch.zeros_like(p) for p in group] for group in (self.adapted, self.plain)]
        self.momentum, self.decay, self.trust = momentum, decay, trust

    @torch.no_grad()
    def step(self, rate):
        gradients = torch._foreach_add([p.grad for p in self.adapted], self.adapted, alpha=self.decay)
        weights = torch.stack(torch._foreach_norm(self.adapted))
        slopes = torch.stack(torch._foreach_norm(gradients))
        ratios = torch.where((weights > 0) & (slopes > 0), self.trust * weights / slopes, 1.0)
        torch._foreach_mul_(gradients, (ratios * rate).tolist())
        updates = [(self.adapted, gradients, 1.0), (self.plain, [p.grad for p in self.plain], rate)]
        for slots, (group, change, scale) in zip(self.slots, updates):
            torch._foreach_mul_(slots, self.momentum)
            torch._foreach_add_(slots, change, alpha=scale)
            torch._foreach_sub_(group, slots)


# --- the step ------------------------------------------------------------------------------------


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--side", type=int, default=32)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--threads", type=int, default=0, help="0: as many as PyTorch picks")
    options = parser.parse_args()
    if options.threads > 0:
        torch.set_num_threads(options.threads)

    torch.manual_seed(0)
    encoder = resnet18(options.width)
    model = nn.Sequential(encoder, nonlinear_head(8 * options.width, 128))
    model = model.to(memory_format=torch.channels_last).train()
    optimizer = Lars(model.parameters())
    data = torch.randint(0, 256, (4096, 3, options.side, options.side), dtype=torch.uint8)
    rate = 0.075 * math.sqrt(options.batch_size)
    mixed = options.precision == "bfloat16"

    def step():
        images = data[torch.randint(0, len(data), (options.batch_size,))]
        views = two_views(images).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
            z = model(views)
        loss = nt_xent(z, 0.5)
        model.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step(rate)
        return loss

    for line in sys.stdin:
        times, loss = [], None
        for _ in range(int(line)):
            started = time.perf_counter()
            loss = step().item()
            times.append(1000 * (time.perf_counter() - started))
        unit = 1 if platform.system() == "Darwin" else 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
        print(json.dumps({"ms": times, "loss": loss, "peakBytes": peak}), flush=True)


if __name__ == "__main__":
    main()

"""Half precision where it is faster, and only there."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torchvision.models.detection import MaskRCNN


class Precision:
    """How a step computes: float32, bfloat16, or float16 with its loss scaled."""

    def __init__(self, device: torch.device, wish: str) -> None:
        self.device = device
        self.kind = torch.float32 if wish == "float32" else _fastest(device)
        self.scaler = torch.amp.GradScaler(device.type) if self.kind == torch.float16 else None

    @property
    def name(self) -> str:
        """``float32``, ``bfloat16`` or ``float16``."""
        return str(self.kind).removeprefix("torch.")

    def context(self) -> AbstractContextManager:
        """For the forward pass."""
        if self.kind == torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.kind)

    def prepare(self, model: MaskRCNN, depthwise: bool) -> None:
        """Keep a backbone of depthwise convolutions in float32 on CPUs, where bfloat16 slows them down."""
        if depthwise and self.device.type == "cpu" and self.kind != torch.float32:
            body = model.backbone.body
            body.forward = torch.autocast("cpu", enabled=False)(body.forward)


def _fastest(device: torch.device) -> torch.dtype:
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    if device.type == "cpu":
        fast = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
        if any(known and known() for known in fast):
            return torch.bfloat16
    return torch.float32

"""The processes of a run: one, or several that torchrun started."""

from __future__ import annotations

import os
from typing import Any

import torch
import torch.distributed as dist

from .config import TrainError


class Team:
    """This process among the others. Alone, everything here gives back what it was given."""

    def __init__(self, device: torch.device) -> None:
        """Join the processes that torchrun announces in the environment. Raises ``TrainError``."""
        self.size = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.device = device
        if self.size > 1:
            if device.type == "cuda":
                self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
                torch.cuda.set_device(self.device)
            try:
                dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
            except (RuntimeError, ValueError) as error:
                raise TrainError(f"the processes can't find each other ({error}): start them by torchrun") from error

    @property
    def first(self) -> bool:
        """Whether this process writes and speaks."""
        return self.rank == 0

    def sum(self, values: torch.Tensor) -> torch.Tensor:
        """Elementwise over all processes; changes ``values``."""
        if self.size > 1:
            values = values.to(self.device)
            dist.all_reduce(values)
        return values

    def any(self, flag: bool) -> bool:
        """Whether it holds in any process."""
        return flag if self.size == 1 else bool(self.sum(torch.tensor([float(flag)]))[0] > 0)

    def share(self, value: Any) -> Any:
        """The first process's value."""
        if self.size == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box, src=0, device=self.device)
        return box[0]

    def close(self) -> None:
        """Leave."""
        if self.size > 1 and dist.is_initialized():
            dist.destroy_process_group()

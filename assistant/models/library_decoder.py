"""Any decoder that transformers knows, run by the library's own modules: on a GPU, and where the shape is not known.

Knows the library's forward pass, cache and routers. Leaves quick single tokens on a CPU to `decoder.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.models.decoder import Output, without_onednn
from assistant.models.expert_visits import Look

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

__all__ = ["LibraryDecoder", "LibraryMemory", "layers_of"]

EXPERTS = ".experts"
"""What transformers calls the modules that are given the numbers of the experts chosen, whatever chose them."""


class LibraryMemory:
    """The library's cache of one text."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 - one of the library's many caches
        """Hold a cache."""
        self.inner = inner
        self.length = 0

    @property
    def can_crop(self) -> bool:
        """Tell whether every layer keeps all of its tokens: one with a window forgets what a crop would need."""
        return all(type(layer).__name__ == "DynamicLayer" for layer in self.inner.layers)

    def crop(self, length: int) -> None:
        """Forget all but the first `length` tokens."""
        if length < self.length:
            self.inner.crop(length - self.length)
            self.length = length

    def copy(self, length: int) -> LibraryMemory:
        """Return the memory of the first `length` tokens, to go on from."""
        made = LibraryMemory(copy.deepcopy(self.inner))
        made.length = self.length
        made.crop(length)
        return made

    @property
    def bytes(self) -> int:
        """How much it takes."""
        held = [tensor for layer in self.inner.layers for tensor in (layer.keys, layer.values) if tensor is not None]
        return sum(tensor.numel() * tensor.element_size() for tensor in held)


class LibraryDecoder:
    """Read tokens into memories and score the next."""

    def __init__(self, model: PreTrainedModel, look: Look) -> None:
        """Call `look` before each layer: it may raise to leave the pass."""
        self.model: Any = model
        self._visited: list[torch.Tensor] = []
        for layer in layers_of(model):
            layer.register_forward_pre_hook(lambda *_: look())
        for name, module in model.named_modules():
            if name.endswith(EXPERTS):
                module.register_forward_pre_hook(self._note, with_kwargs=True)

    def _note(self, _module: object, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        """Keep which experts were chosen: the one argument of whole numbers."""
        import torch  # noqa: PLC0415 - loaded only when needed

        tensors = [value for value in (*given, *named.values()) if isinstance(value, torch.Tensor)]
        self._visited += [value.detach() for value in tensors if not value.is_floating_point()][:1]

    def new_memory(self) -> LibraryMemory:
        """Begin a text."""
        from transformers import DynamicCache  # noqa: PLC0415 - loaded only when needed

        return LibraryMemory(DynamicCache(config=self.model.config))

    def read(self, tokens: Sequence[int], memory: LibraryMemory) -> Output:
        """Read tokens of one text, and score what follows the last."""
        import torch  # noqa: PLC0415 - loaded only when needed

        self._visited.clear()
        ids = torch.tensor([list(tokens)], device=self.model.device)
        with torch.inference_mode():
            result = self.model(input_ids=ids, past_key_values=memory.inner, use_cache=True, logits_to_keep=1)
        memory.length += len(tokens)
        visited = (
            torch.stack([chosen.view(len(tokens), -1).cpu() for chosen in self._visited]) if self._visited else None
        )
        return Output(logits=result.logits[:, -1], visited=visited)

    def step(self, tokens: Sequence[int], memories: Sequence[LibraryMemory]) -> Output:
        """Read one token of each text, and score what follows each; texts of different lengths go one by one."""
        import torch  # noqa: PLC0415 - loaded only when needed

        outputs = []
        for token, memory in zip(tokens, memories, strict=True):
            if self.model.device.type == "cpu":
                with without_onednn():
                    outputs.append(self.read([token], memory))
            else:
                outputs.append(self.read([token], memory))
        visited = [output.visited for output in outputs if output.visited is not None]
        return Output(
            logits=torch.cat([output.logits for output in outputs]), visited=torch.cat(visited, 1) if visited else None
        )


def layers_of(model: PreTrainedModel) -> list[torch.nn.Module]:
    """Find the decoder's layers, whatever the architecture calls them."""
    from torch.nn import ModuleList  # noqa: PLC0415 - loaded only when needed

    lists = [module for module in model.modules() if isinstance(module, ModuleList)]
    count = model.config.get_text_config().num_hidden_layers
    return next((list(found) for found in lists if len(found) == count), [model])

"""Constrained decoding: a local model can only generate JSON that fits a schema (grammar by llguidance)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import llguidance
import llguidance.hf
import llguidance.numpy
import numpy as np
import torch
from transformers import LogitsProcessor


class JsonConstraint(LogitsProcessor):  # type: ignore[misc]
    """Masks every token that would violate the schema. For one answer and a batch of one."""

    def __init__(self, tokenizer: Any, schema: Mapping[str, Any]) -> None:
        """Compile the schema for a tokeniser. Raises `ValueError` for a schema that cannot be compiled."""
        self._tokens = llguidance.hf.from_tokenizer(tokenizer)
        grammar = llguidance.LLMatcher.grammar_from_json_schema(json.dumps(dict(schema)))
        self._matcher = llguidance.LLMatcher(self._tokens, grammar)
        if message := self._matcher.get_error():
            raise ValueError(f"the schema cannot be compiled: {message}")
        self._mask = llguidance.numpy.allocate_token_bitmask(1, self._tokens.vocab_size)
        self._seen = -1

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """The scores, of shape (1, vocabulary), with forbidden tokens set to minus infinity."""
        length = input_ids.shape[1]
        if self._seen >= 0:
            for token in input_ids[0, self._seen :].tolist():
                self._matcher.consume_token(token)
        self._seen = length
        llguidance.numpy.fill_next_token_bitmask(self._matcher, self._mask, 0)
        # One bit per token, lowest first. The library's own torch function needs a C++ compiler on first use.
        allowed = np.unpackbits(self._mask.view(np.uint8), axis=1, bitorder="little")[:, : scores.shape[1]].astype(bool)
        missing = scores.shape[1] - allowed.shape[1]  # some models output more scores than their tokeniser has tokens
        if missing > 0:
            allowed = np.pad(allowed, ((0, 0), (0, missing)))
        return scores.masked_fill(~torch.from_numpy(allowed).to(scores.device), float("-inf"))

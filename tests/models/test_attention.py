"""The way attention is computed does not change what comes out."""

import torch
from torch.nn import functional as F

from ecgfuse.models.attention import attention_on


def test_plain_products_are_what_the_fused_kernel_computes() -> None:
    torch.manual_seed(0)
    query, key, value = torch.randn(3, 2, 4, 7, 8)
    with attention_on(query.device):
        plain = F.scaled_dot_product_attention(query, key, value)
    torch.testing.assert_close(plain, F.scaled_dot_product_attention(query, key, value))


def test_on_a_cpu_the_fused_kernel_is_not_used() -> None:
    query = torch.randn(2, 4, 7, 8, requires_grad=True)
    with attention_on(query.device):
        answer = F.scaled_dot_product_attention(query, query, query)
    assert answer.grad_fn is not None
    assert "Flash" not in answer.grad_fn.name()
    fused = F.scaled_dot_product_attention(query, query, query)
    assert fused.grad_fn is not None
    assert "Flash" in fused.grad_fn.name()

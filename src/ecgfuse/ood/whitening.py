"""Covariances, and the matrices that whiten."""

import torch
from torch import Tensor

_SHRINK = 0.01
"""Share of each variance that is added to it, so that a covariance can be inverted."""
_LEAST_VARIANCE = 1e-6


def covariance(residuals: Tensor) -> Tensor:
    """Covariance (width, width) float64 of residuals (n, width), whose mean is 0."""
    exact = residuals.double()
    return exact.T @ exact / len(exact)


def whiten(covariance: Tensor) -> Tensor:
    """The triangular matrix W, (width, width) float32, after which x @ W has about unit covariance.

    About, as the variances are first raised a little, so that every covariance has an inverse.

    Args:
        covariance: (width, width) float64 of x.
    """
    raised = covariance + torch.diag(_SHRINK * covariance.diag() + _LEAST_VARIANCE)
    return torch.linalg.cholesky(raised.inverse()).float()

"""Studies that compare or verify models; the root pipeline does not depend on them."""

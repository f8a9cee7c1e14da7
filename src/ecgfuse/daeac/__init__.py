"""Adaptation to the unlabelled beats of new patients (DAEAC, Wang et al., 2021)."""

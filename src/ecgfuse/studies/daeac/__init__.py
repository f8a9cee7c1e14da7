"""Adaptation to unlabelled beats of new patients (DAEAC, Wang et al., 2021)."""

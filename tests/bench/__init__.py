"""Measurements on loopback: the product beside its limit, in turn, as ratios of one run (`make bench`)."""

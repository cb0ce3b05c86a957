"""Screening (営業・迷惑の選別): where a message is laid, and why. It moves and labels; it never refuses. Notice 2.

The engine (reading, guards, spam, sameness, signals, model, rules, explaining) is pure: texts and facts come in, a
decision goes out; it knows no clock, no table and no other room.
"""

"""The index for searching sealed text: keyed grams, derived, never backed up, made anew at any time.

It knows groups (an inquiry) and what of each lies in which file, and nothing of what they mean.
"""

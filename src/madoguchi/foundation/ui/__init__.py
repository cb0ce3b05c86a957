"""What every screen is made of: page frames, elements, style, small scripts, error pages, response headers.

It knows no room and no database: a page can be drawn while everything else is broken.
"""

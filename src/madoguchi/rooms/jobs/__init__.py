"""Jobs (後でする仕事).

Work that must happen after the answer is given, as leased rows. Serves every clause that says "notify".
"""

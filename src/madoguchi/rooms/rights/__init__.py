"""What the person behind the data may ask for (本人のお申し出).

Opinions, questions and complaints about personal data: each has an owner, a day and an outcome. Serves
clause 10 (Art 40).
"""

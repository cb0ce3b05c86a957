"""What the person behind the data may ask for (本人のお申し出).

Opinions, questions and complaints about personal data: each has an owner, a day and an outcome. Requests under the
Act: one machine from the arrival to the notice. Serves clauses 4-2, 8, 9 and 10 (Art 32-40).
"""

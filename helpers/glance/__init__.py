"""`python -m helpers class`: where a class stands, from the progress files of those who have given theirs.

    journals.py  reads the files, and says whose they are
    counts.py    which exercise stops how many
    page.py      one page of HTML that needs nothing else
    page.html    its frame, page.toml its words

There is no service that collects anything: a learner hands the file over, or does not.
"""

"""From one source to two editions of a lesson.

`solutions/NN_name.md` is what an author writes (MyST Markdown). Out of it come the teacher's edition,
`solutions/NN_name.ipynb`, and the learner's, `lessons/NN_name.ipynb`, both executed:

    source.py    reads the Markdown: cells, their stable ids, their line numbers
    editions.py  makes the learner's edition: answers become stubs, the teacher's cells go
    execution.py runs a notebook in a kernel of its own and stores its outputs
    slides.py    says which cells of the teacher's edition begin a slide
    deck.py      makes a deck of slides out of it
    release.py   does it for many lessons at once, compares, writes
    light_jsonschema.py  makes pytest start faster
    rules.py     what every notebook of the course has to keep to
"""

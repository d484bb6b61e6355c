"""The same judgement as over arrays, for requests too many to hold: in passes over a stream of them.

What a question needs to know is gathered by *folds* while the rows go by in the order of their arrival; a later pass
may ask for what an earlier one has led to. Nothing is approximated: a histogram only tells where an exact value is to
be looked for. Memory does not depend on how many rows there are.
"""

"""Which documents answer a plan, and how well? Plans and their evaluation over the segments of one published state:
in numpy, or by compiled kernels with the same results.
"""

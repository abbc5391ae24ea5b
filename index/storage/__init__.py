"""Which bytes make an index, and how do they get there safely?"""

"""Who is one speaker across the archive, and what is known of each?

`naming` reads names, `roles` what articles call people, `identity` decides who is who, `overrides` is what a person
has decided instead. All of it is worked out of what the index holds: an identity is no part of any segment.
"""

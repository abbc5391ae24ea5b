"""What did a reader mean whose query finds nothing? Repairs: keyboard layout, Latin letters, spelling."""

from .candidates import Repair, repairs
from .vocabulary import IndexVocabulary, Vocabulary, vocabularies_of

__all__ = ["IndexVocabulary", "Repair", "Vocabulary", "repairs", "vocabularies_of"]

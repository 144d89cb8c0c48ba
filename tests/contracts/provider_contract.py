"""The contract of all providers: inherit, say what is peculiar, and all of it is asked."""

from tests.contracts.dialling_contract import DiallingContract
from tests.contracts.reading_contract import ReadingContract


class ProviderContract(DiallingContract, ReadingContract):
    """See ``OneProvider`` for what an heir must say."""

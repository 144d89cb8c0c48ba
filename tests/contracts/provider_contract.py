"""The contract of all providers: inherit, say what is peculiar, and all of it is asked."""

from tests.contracts.agents_contract import AgentsContract
from tests.contracts.dialling_contract import DiallingContract
from tests.contracts.document_contract import DocumentContract
from tests.contracts.finding_contract import FindingContract
from tests.contracts.reading_contract import ReadingContract


class ProviderContract(
    DiallingContract, ReadingContract, FindingContract, AgentsContract, DocumentContract
):
    """See ``OneProvider`` for what an heir must say.

    A provider that cannot be asked inherits ``DiallingContract`` and ``DocumentContract`` only.
    """

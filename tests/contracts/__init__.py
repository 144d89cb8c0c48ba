"""What every provider and every store must do; inherited by one small test file each."""

import pytest

pytest.register_assert_rewrite(
    "tests.contracts.agents_contract",
    "tests.contracts.dialling_contract",
    "tests.contracts.document_contract",
    "tests.contracts.finding_contract",
    "tests.contracts.one_provider",
    "tests.contracts.reading_contract",
)

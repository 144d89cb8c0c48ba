"""What every provider and every store must do; inherited by one small test file each."""

import pytest

pytest.register_assert_rewrite(
    "tests.contracts.dialling_contract", "tests.contracts.reading_contract"
)

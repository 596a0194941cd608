"""The tests, which read like a specification. `wire` is over real HTTP, `contract` over both stores."""

import pytest

pytest.register_assert_rewrite("tests.callers", "tests.catalogue")

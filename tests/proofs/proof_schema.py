from tests.proofs import scaled
from tests.reading import test_schema

past = test_schema.past
prompt_server = test_schema.prompt_server

CASES = scaled(200)


def test_schema_is_kept(past, prompt_server, tmp_path, record_property):
    """Every answer of the API is one that its OpenAPI document gives."""
    ran = test_schema.asked(prompt_server, tmp_path, "-n", str(CASES))
    record_property("ran", f"Schemathesis with up to {CASES} cases for each address and phase")
    assert ran.returncode == 0, ran.stdout

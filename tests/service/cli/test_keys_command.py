import json

from service.keys import KeyRing


def test_a_key_is_shown_once_and_listed_without_its_secret(run, tmp_path):
    made = run("keys", "create", "case system", "--scope", "match", "--days", "30")
    text = made.out.strip()
    assert made.code == 0
    assert KeyRing(tmp_path / "data").find(text) is not None
    (line,) = run("keys", "list").out.splitlines()
    listed = json.loads(line)
    assert (listed["name"], listed["scopes"], listed["revoked"]) == ("case system", ["match"], None)
    assert "sha256" not in listed
    assert run("keys", "revoke", listed["id"]).code == 0
    assert KeyRing(tmp_path / "data").find(text) is None


def test_a_scope_that_does_not_exist_is_wrong_use(run):
    done = run("keys", "create", "x", "--scope", "everything")
    assert done.code == 2
    assert "everything" in done.err


def test_revoking_what_is_not_there_is_wrong_use(run):
    done = run("keys", "revoke", "nobody")
    assert (done.code, done.err.startswith("error: no key nobody")) == (2, True)

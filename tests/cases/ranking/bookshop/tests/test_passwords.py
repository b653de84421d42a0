from bookshop.passwords import hash_password, verify_password


def test_a_password_matches_its_hash():
    assert verify_password("secret", hash_password("secret"))


def test_another_password_does_not():
    assert not verify_password("guess", hash_password("secret"))

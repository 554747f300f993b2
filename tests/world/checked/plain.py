def test_sum():
    assert sum([1, 2]) == 3


def test_rewritten_assertion():
    value = [1, 2]
    try:
        assert value == [1, 3]
    except AssertionError as error:
        assert 'At index 1 diff: 2 != 3' in str(error)

def refused(error_type, code, param, call):
    """Calls what must be refused with an error of OpenAI's client, and returns that."""
    try:
        call()
    except error_type as error:
        assert (error.code, error.param) == (code, param), (error.code, error.param)
        assert error.request_id and error.type, error
        return error
    raise AssertionError(f"{error_type.__name__} was not raised")

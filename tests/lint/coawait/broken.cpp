Task<int> without_its_header() { co_return co_await number(); }

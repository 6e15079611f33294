// Holds precompiled headers; see test.hpp.

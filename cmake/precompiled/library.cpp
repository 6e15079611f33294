// Holds precompiled headers; see library.hpp.

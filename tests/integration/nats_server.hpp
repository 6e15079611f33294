#pragma once

#include "fairlead/testing/nats_server.hpp"

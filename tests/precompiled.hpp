// As cmake/precompiled.hpp, for what tests include.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmake/precompiled.hpp"

#pragma once
#include <stdexcept>
#include <string>

namespace lowrank {

// A call that TypeScript should never make: it becomes InternalError, before anything is read or written.
struct InternalFault : std::runtime_error {
  explicit InternalFault(const std::string& what) : std::runtime_error("internal: " + what) {}
};

}  // namespace lowrank

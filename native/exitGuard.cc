#include "exitGuard.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "queue.hpp"
#ifdef __GLIBC__
#include <unistd.h>
#endif

namespace lowrank {

namespace {

#ifdef __GLIBC__
// Runs before any destructor, because it is registered after all libraries were loaded. A routine cannot be stopped: a
// short one is waited for, in view of a long one the process ends without the destructors.
void leave(int status, void*) {
  if (Queue::instance().waitUntilQuiet(std::chrono::milliseconds(300))) return;
  std::fflush(nullptr);
  _exit(status);
}

int registerHandler() { return on_exit(leave, nullptr); }
#else
// Without the exit status there is nothing but to wait, as Node waits for a Worker.
void leave() {
  while (!Queue::instance().waitUntilQuiet(std::chrono::hours(1))) {
  }
}

int registerHandler() { return std::atexit(leave); }
#endif

}  // namespace

void guardExit() {
  [[maybe_unused]] static const int once = registerHandler();
}

}  // namespace lowrank

#include "threads.hpp"

#include <mutex>

extern "C" {
void openblas_set_num_threads(int count);
int openblas_get_num_threads(void);
}

namespace lowrank {

namespace {

struct Governor {
  std::mutex mutex;
  int limit = openblas_get_num_threads();  // the cores of this machine, or what OPENBLAS_NUM_THREADS says
  int current = limit;
  int active = 0;

  void use(int count) {
    if (count == current) return;
    openblas_set_num_threads(count);
    current = count;
  }
};

Governor& governor() {
  static Governor* const instance = new Governor;  // never destroyed: threads may outlive main's statics
  return *instance;
}

}  // namespace

int threadLimit() {
  std::lock_guard<std::mutex> lock(governor().mutex);
  return governor().limit;
}

void setThreadLimit(int count) {
  std::lock_guard<std::mutex> lock(governor().mutex);
  governor().limit = count;
}

// OpenBLAS reads its setting once at the start of each routine, so lowering it during another call is safe; raising it
// may start threads, so that is done only when no call is under way.
void BlasThreads::enter(int wish) {
  auto& state = governor();
  std::lock_guard<std::mutex> lock(state.mutex);
  ++state.active;
  state.use(state.active == 1 && wish == allThreads ? state.limit : 1);
}

void BlasThreads::leave() {
  auto& state = governor();
  std::lock_guard<std::mutex> lock(state.mutex);
  --state.active;
}

}  // namespace lowrank

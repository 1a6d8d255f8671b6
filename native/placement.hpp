// Where a helping thread wakes. Linux wakes a thread where it ran last, though the thread that wakes it may run there
// now and go on: both then take turns on one processor while another idles, for tens of milliseconds.
#pragma once
#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif

namespace lowrank {

// Of one helping thread; calls must not overlap.
class Placement {
 public:
#ifdef __linux__
  // The processor that the caller runs on.
  static int here() { return sched_getcpu(); }

  // By the helper, before it sleeps.
  void sleep() {
    thread_ = pthread_self();
    processor_ = here();
  }
  // By the helper, when it is awake: it may run anywhere again.
  void wake() {
    if (moved_) pthread_setaffinity_np(pthread_self(), sizeof allowed_, &allowed_);
    moved_ = false;
  }
  // By the thread that is about to wake it from `processor`.
  void avoid(int processor) {
    if (moved_ || processor < 0 || processor != processor_) return;
    if (pthread_getaffinity_np(thread_, sizeof allowed_, &allowed_) != 0) return;
    cpu_set_t others = allowed_;
    CPU_CLR(static_cast<unsigned>(processor), &others);
    moved_ = CPU_COUNT(&others) > 0 && pthread_setaffinity_np(thread_, sizeof others, &others) == 0;
  }

 private:
  pthread_t thread_{};
  int processor_ = -1;
  bool moved_ = false;
  cpu_set_t allowed_{};
#else
  static int here() { return -1; }
  void sleep() {}
  void wake() {}
  void avoid(int) {}
#endif
};

}  // namespace lowrank

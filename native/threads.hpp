// One governor of threads for the process: how many BLAS may use in the call under way, and how many our own pool has.
#pragma once

namespace lowrank {

constexpr int allThreads = 0;  // as many as setThreads allows
constexpr int noBlas = -1;     // the call does not use BLAS

constexpr int mostThreads = 256;

int threadLimit();
void setThreadLimit(int count);  // from 1 to mostThreads

// For its lifetime BLAS may use `wish` threads: all that are allowed when nothing else runs in the process, else one,
// because OpenBLAS has one setting for all callers and two calls at two threads each would fight over the cores.
class BlasThreads {
 public:
  explicit BlasThreads(int wish) : governed_(wish != noBlas) {
    if (governed_) enter(wish);
  }
  ~BlasThreads() {
    if (governed_) leave();
  }
  BlasThreads(const BlasThreads&) = delete;
  BlasThreads& operator=(const BlasThreads&) = delete;

 private:
  static void enter(int wish);
  static void leave();
  const bool governed_;
};

}  // namespace lowrank

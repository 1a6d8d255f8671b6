// How a numerical routine ended.
#pragma once

namespace lowrank {

struct Outcome {
  bool finite = true;  // false: the input holds NaN or Infinity, nothing was computed and the outputs are undefined
  int info = 0;        // 0: done; otherwise LAPACK's meaning of a positive info, named at each routine

  explicit operator bool() const { return finite && info == 0; }
};

}  // namespace lowrank

// The table of contents: what JavaScript can call.
#include <napi.h>

#include "backend.hpp"
#include "job.hpp"
#include "jobs/gemmJob.hpp"
#include "jobs/solveJob.hpp"
#include "jobs/svdJob.hpp"

namespace lowrank {

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  Environment::create(env);
  exportFunction(exports, "setFrame", Environment::setFrame);
  exportFunction(exports, "cancel", cancelQueued);
  exportFunction(exports, "setThreads", setThreads);
  exportFunction(exports, "backend", backend);

  exportPair<GemmJob>(exports, "gemm");
  exportPair<SolveJob>(exports, "solve");
  exportPair<SvdJob>(exports, "svd");
  return exports;
}

NODE_API_MODULE(lowrank, initialize)

}  // namespace lowrank

// The table of contents: what JavaScript can call.
#include <napi.h>

#include "backend.hpp"
#include "exitGuard.hpp"
#include "job.hpp"
#include "memory.hpp"
#include "jobs/alsJob.hpp"
#include "jobs/choleskyJob.hpp"
#include "jobs/choleskySolveJob.hpp"
#include "jobs/denseSweepJob.hpp"
#include "jobs/determinantJob.hpp"
#include "jobs/eighJob.hpp"
#include "jobs/elementwiseJob.hpp"
#include "jobs/gemmJob.hpp"
#include "jobs/hadamardJob.hpp"
#include "jobs/inverseJob.hpp"
#include "jobs/khatriRaoJob.hpp"
#include "jobs/kronJob.hpp"
#include "jobs/lstsqJob.hpp"
#include "jobs/luJob.hpp"
#include "jobs/luSolveJob.hpp"
#include "jobs/normJob.hpp"
#include "jobs/qrJob.hpp"
#include "jobs/scaleJob.hpp"
#include "jobs/solveJob.hpp"
#include "jobs/sparseJob.hpp"
#include "jobs/sumJob.hpp"
#include "jobs/svdJob.hpp"
#include "jobs/topItemsJob.hpp"
#include "jobs/truncatedJob.hpp"

namespace lowrank {

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  Environment::create(env);
  guardExit();
  keepFreedMemory();
  exportFunction(exports, "setFrame", Environment::setFrame);
  exportFunction(exports, "cancel", cancelQueued);
  exportFunction(exports, "setThreads", setThreads);
  exportFunction(exports, "backend", backend);

  exportFunction(exports, "sparseHandle", makeSparse);
  exportFunction(exports, "denseHandle", makeDenseCopy);
  exportFunction(exports, "krylovHandle", makeKrylov);
  exportFunction(exports, "krylovGrown", growKrylov);
  exportFunction(exports, "alsHandle", makeAls);
  exportFunction(exports, "itemsHandle", makeItems);

  exportPair<GemmJob>(exports, "gemm");
  exportPair<DenseSweepJob>(exports, "denseSweep");
  exportPair<SolveJob>(exports, "solve");
  exportPair<LuJob>(exports, "lu");
  exportPair<LuSolveJob>(exports, "luSolve");
  exportPair<InverseJob>(exports, "inverse");
  exportPair<DeterminantJob>(exports, "determinant");
  exportPair<LogDeterminantJob>(exports, "logDeterminant");
  exportPair<CholeskyJob>(exports, "cholesky");
  exportPair<CholeskySolveJob>(exports, "choleskySolve");
  exportPair<LstsqJob>(exports, "lstsq");
  exportPair<QrJob>(exports, "qr");
  exportPair<EighJob>(exports, "eigh");
  exportPair<SparsePatternJob>(exports, "sparsePattern");
  exportPair<SparseTimesDenseJob>(exports, "sparseTimesDense");
  exportPair<SparseTimesSparseJob>(exports, "sparseTimesSparse");
  exportPair<SvdJob>(exports, "svd");
  exportPair<TruncatedScanJob>(exports, "truncatedScan");
  exportPair<TruncatedMeansJob>(exports, "truncatedMeans");
  exportPair<KrylovStepJob>(exports, "krylovStep");
  exportPair<KrylovRitzJob>(exports, "krylovRitz");
  exportPair<KrylovRestartJob>(exports, "krylovRestart");
  exportPair<TruncatedFinishJob>(exports, "truncatedFinish");
  exportPair<TruncatedResidualJob>(exports, "truncatedResidual");
  exportPair<AlsWriteJob>(exports, "alsWrite");
  exportPair<AlsReadJob>(exports, "alsRead");
  exportPair<AlsSolveJob>(exports, "alsSolve");
  exportPair<AlsErrorsJob>(exports, "alsErrors");
  exportPair<AlsQuarticJob>(exports, "alsQuartic");
  exportPair<AlsCombineJob>(exports, "alsCombine");
  exportPair<AlsDotJob>(exports, "alsDot");
  exportPair<AlsRowsJob>(exports, "alsRows");
  exportPair<ElementwiseJob>(exports, "elementwise");
  exportPair<ScaleJob>(exports, "scale");
  exportPair<SumJob>(exports, "sum");
  exportPair<NormJob>(exports, "norm");
  exportPair<KronJob>(exports, "kron");
  exportPair<TopItemsJob>(exports, "topItems");
  exportPair<HadamardSweepJob>(exports, "hadamardSweep");
  exportPair<KhatriRaoSweepJob>(exports, "khatriRaoSweep");
  return exports;
}

NODE_API_MODULE(lowrank, initialize)

}  // namespace lowrank

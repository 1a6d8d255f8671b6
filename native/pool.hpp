// Our own thread pool, for kernels that are not BLAS's: BLAS stays at one thread inside.
#pragma once
#include <functional>

#include "view.hpp"

namespace lowrank {

// Calls body(begin, end) over [0, count) cut in pieces of `grain`, on the calling thread and on the pool's. Which
// thread takes which piece varies, so a body must give the same bits wherever the cuts are. Runs on the calling thread
// alone when there is one piece, one thread, or another call has the pool. An exception of a body is thrown again here.
void parallelFor(index_t count, index_t grain, const std::function<void(index_t begin, index_t end)>& body);

}  // namespace lowrank

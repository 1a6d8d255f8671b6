// What JavaScript asks of, and tells, the process rather than a kernel.
#pragma once
#include <node_api.h>

namespace lowrank {

napi_value backend(napi_env env, napi_callback_info info);       // {library, version, core, threads, simd}
napi_value setThreads(napi_env env, napi_callback_info info);    // (count)
napi_value cancelQueued(napi_env env, napi_callback_info info);  // (ticket) → whether it had not begun

}  // namespace lowrank

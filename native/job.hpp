// The contract between JavaScript and a kernel. A kernel is a class template on the element type:
//
//   template <class T> struct Gemm {
//     explicit Gemm(Args& args);        // reads its arguments, on the JS thread
//     int threads() const;              // how many threads BLAS may use: 1 or allThreads
//     double run();                     // computes, on any thread, without Node-API; returns its status or info
//   };
//
// `exportPair<Gemm>(exports, "gemm")` gives JavaScript `gemm` and `gemmAsync`, which return what run() returns.
#pragma once
#include <napi.h>

#include <string>

#include "args.hpp"
#include "asyncWork.hpp"
#include "threads.hpp"

namespace lowrank {

template <class K>
double runKernel(K& kernel) {
  const BlasThreads governed(kernel.threads());
  return kernel.run();
}

template <class K>
class KernelWork final : public AsyncWork {
 public:
  explicit KernelWork(const Call& call)
      : AsyncWork(call), args_(call.env, call.info, call.storage.get()), kernel_(args_) {}

 protected:
  double compute() override { return runKernel(kernel_); }

 private:
  Args args_;
  K kernel_;
};

// Calls `use` with a null pointer to K<float> or K<double>, whichever the arrays of the call ask for.
template <template <class> class K, class F>
auto withElementType(Args& args, F use) {
  if (args.type() == napi_float32_array) return use(static_cast<K<float>*>(nullptr));
  return use(static_cast<K<double>*>(nullptr));
}

template <template <class> class K>
napi_value callSync(napi_env env, napi_callback_info info) {
  try {
    Args args(env, info, nullptr);
    const double result = withElementType<K>(args, [&](auto* type) {
      std::remove_pointer_t<decltype(type)> kernel(args);
      return runKernel(kernel);
    });
    if (result == 0) return nullptr;  // undefined, which costs nothing; core/run.ts reads it as 0
    napi_value value;
    napi_create_double(env, result, &value);
    return value;
  } catch (...) {
    napi_throw(env, errorFor(env, std::current_exception()));
    return nullptr;
  }
}

template <template <class> class K>
napi_value callAsync(napi_env env, napi_callback_info info) {
  return startAsync(env, info, [](const Call& call) -> std::unique_ptr<AsyncWork> {
    Args args(call.env, call.info, nullptr);
    return withElementType<K>(args, [&](auto* type) -> std::unique_ptr<AsyncWork> {
      return std::make_unique<KernelWork<std::remove_pointer_t<decltype(type)>>>(call);
    });
  });
}

// Plain node_api functions: node-addon-api's CallbackInfo adds 0.2 µs to a call, as much as a product of two 8×8
// matrices.
inline void exportFunction(Napi::Object exports, const std::string& name, napi_callback function) {
  napi_value value;
  napi_create_function(exports.Env(), name.data(), name.size(), function, nullptr, &value);
  exports.Set(name, Napi::Value(exports.Env(), value));
}

template <template <class> class K>
void exportPair(Napi::Object exports, const std::string& name) {
  exportFunction(exports, name, callSync<K>);
  exportFunction(exports, name + "Async", callAsync<K>);
}

}  // namespace lowrank

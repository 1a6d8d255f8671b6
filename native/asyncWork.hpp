// One asynchronous call on its way: made on the JS thread, run by the queue, settled on the JS thread again.
#pragma once
#include <node_api.h>

#include <cstdint>
#include <exception>
#include <memory>

#include "args.hpp"
#include "environment.hpp"

namespace lowrank {

// What the JS thread knows of a call before its kernel has read its arguments.
struct Call {
  napi_env env;
  napi_callback_info info;
  napi_deferred deferred;
  std::shared_ptr<Environment> environment;
  std::shared_ptr<Storage> storage;
};

class AsyncWork {
 public:
  explicit AsyncWork(const Call& call)
      : environment(call.environment),
        ticket(environment->nextTicket()),
        storage_(call.storage),
        deferred_(call.deferred) {}
  virtual ~AsyncWork() = default;

  void run() noexcept;                 // on a thread of the queue: never touches Node-API
  void settle(napi_env env) noexcept;  // on the JS thread: resolves or rejects the promise
  void cancel() { cancelled_ = true; }

  const std::shared_ptr<Environment> environment;
  const std::uint64_t ticket;

 protected:
  virtual double compute() = 0;

 private:
  napi_value fault(napi_env env) noexcept;

  const std::shared_ptr<Storage> storage_;
  const napi_deferred deferred_;
  double result_ = 0;
  bool cancelled_ = false, detached_ = false;
  std::exception_ptr fault_;
};

// Starts an asynchronous call: whatever `make` throws rejects the promise that is returned.
napi_value startAsync(napi_env env, napi_callback_info info, std::unique_ptr<AsyncWork> (*make)(const Call&));

// The Error for an exception, as core/run.ts expects it: the message begins with the kind of fault.
napi_value errorFor(napi_env env, const std::exception_ptr& fault) noexcept;

}  // namespace lowrank

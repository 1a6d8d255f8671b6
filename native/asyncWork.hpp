// One asynchronous call on its way: made on the JS thread, run by the queue, settled on the JS thread again.
#pragma once
#include <node_api.h>

#include <cstdint>
#include <memory>
#include <string>

#include "args.hpp"
#include "environment.hpp"

namespace lowrank {

class AsyncWork {
 public:
  AsyncWork(napi_env env, napi_deferred deferred, std::uint64_t ticket)
      : environment(Environment::shared(env)), ticket(ticket), deferred_(deferred) {}
  virtual ~AsyncWork() = default;

  void run();                 // on a thread of the queue: never throws, never touches Node-API
  void settle(napi_env env);  // on the JS thread: resolves or rejects the promise
  void cancel() { fault_ = "cancelled"; }

  const std::shared_ptr<Environment> environment;
  const std::uint64_t ticket;
  Storage storage;

 protected:
  virtual double compute() = 0;

 private:
  napi_deferred deferred_;
  double result_ = 0;
  std::string fault_;
};

// The message of the exception being handled, as core/run.ts expects it.
std::string currentFault();
napi_value errorValue(napi_env env, const std::string& message);

}  // namespace lowrank

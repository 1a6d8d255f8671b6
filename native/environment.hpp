// What one JavaScript environment (the main thread or a Worker) owns: the frame, the references to the arrays of calls
// under way, and the way back for finished jobs.
#pragma once
#include <node_api.h>

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

namespace lowrank {

class AsyncWork;

class Environment {
 public:
  static Environment* of(napi_env env);
  static void create(napi_env env);

  // The numbers of the call under way (extents, options), written by core/run.ts just before it: reading them here
  // costs nothing, where a Node-API call for each number costs more than a small matrix product.
  double* frame = nullptr;
  std::uint32_t frameLength = 0;
  static constexpr std::uint32_t leastFrame = 64;

  // A JavaScript array that lives until it is released or the environment ends. JS thread only: what a runner does
  // with the job meanwhile, and where it is destroyed, does not matter to the reference.
  using Held = std::list<napi_ref>::iterator;
  Held hold(napi_value array);
  napi_value heldBy(Held held) const;
  void release(Held held);

  // Calls from the JS thread, around the life of one asynchronous call.
  std::uint64_t nextTicket() { return ++tickets_; }
  void started();
  void settled();

  // Takes a finished work item to its JS thread; drops it where that thread has ended.
  static void post(const std::shared_ptr<Environment>& environment, std::unique_ptr<AsyncWork> work);
  static std::shared_ptr<Environment> shared(napi_env env);

  static napi_value setFrame(napi_env env, napi_callback_info info);

 private:
  static void end(void* data);
  void open();
  void forgetHeld();

  napi_env env_ = nullptr;
  napi_ref frameReference_ = nullptr;
  std::list<napi_ref> held_;
  napi_threadsafe_function finished_ = nullptr;
  std::mutex mutex_;  // guards alive_ against a runner that posts while the environment is closed
  bool alive_ = true;
  std::uint64_t pending_ = 0, tickets_ = 0;
};

}  // namespace lowrank

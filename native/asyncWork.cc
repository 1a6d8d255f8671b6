#include "asyncWork.hpp"

#include <new>
#include <string>

#include "queue.hpp"

namespace lowrank {

namespace {

napi_value errorValue(napi_env env, const char* message, std::size_t length = NAPI_AUTO_LENGTH) noexcept {
  napi_value text = nullptr, error = nullptr;
  if (napi_create_string_utf8(env, message, length, &text) == napi_ok) napi_create_error(env, nullptr, text, &error);
  return error;
}

}  // namespace

napi_value errorFor(napi_env env, const std::exception_ptr& fault) noexcept {
  try {
    std::rethrow_exception(fault);
  } catch (const std::bad_alloc&) {
    return errorValue(env, "memory: the system could not provide the memory for this call");
  } catch (const InternalFault& fault) {
    return errorValue(env, fault.what());
  } catch (const std::exception& fault) {
    try {
      const std::string message = std::string("internal: ") + fault.what();
      return errorValue(env, message.data(), message.size());
    } catch (...) {
      return errorValue(env, "internal: exception");
    }
  } catch (...) {
    return errorValue(env, "internal: unknown exception");
  }
}

void AsyncWork::run() noexcept {
  try {
    result_ = compute();
  } catch (...) {
    fault_ = std::current_exception();
  }
}

napi_value AsyncWork::fault(napi_env env) noexcept {
  if (cancelled_) return errorValue(env, "cancelled");
  if (fault_) return errorFor(env, fault_);
  return detached_ ? errorValue(env, "detached: an array given for the result was detached during the call") : nullptr;
}

// The other statuses are ignored on purpose: while a Worker terminates these calls fail, and there is nobody left to
// tell.
void AsyncWork::settle(napi_env env) noexcept {
  if (!cancelled_ && !fault_) detached_ = !storage_->deliver(env);  // a call that failed leaves its arrays alone
  storage_->release();
  if (const napi_value error = fault(env)) {
    napi_reject_deferred(env, deferred_, error);
    return;
  }
  napi_value value;
  if (napi_create_double(env, result_, &value) == napi_ok) napi_resolve_deferred(env, deferred_, value);
}

// Leaves the ticket, with which a queued call can be cancelled, in the frame's first number; 0 where there is none.
napi_value startAsync(napi_env env, napi_callback_info info, std::unique_ptr<AsyncWork> (*make)(const Call&)) {
  napi_deferred deferred;
  napi_value promise;
  if (napi_create_promise(env, &deferred, &promise) != napi_ok) return nullptr;  // the Worker is being terminated
  std::uint64_t ticket = 0;
  std::shared_ptr<Environment> environment;
  std::shared_ptr<Storage> storage;
  try {
    environment = Environment::shared(env);
    storage = std::make_shared<Storage>(*environment);
    auto work = make({env, info, deferred, environment, storage});
    const std::uint64_t started = work->ticket;
    environment->started();
    try {
      Queue::instance().push(std::move(work));
    } catch (...) {
      environment->settled();
      throw;
    }
    ticket = started;
  } catch (...) {
    if (storage) storage->release();
    napi_reject_deferred(env, deferred, errorFor(env, std::current_exception()));
  }
  if (environment && environment->frame) environment->frame[0] = static_cast<double>(ticket);
  return promise;
}

}  // namespace lowrank

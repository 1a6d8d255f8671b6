#include "asyncWork.hpp"

#include <new>

namespace lowrank {

std::string currentFault() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return "memory: the system could not provide the memory for this call";
  } catch (const InternalFault& fault) {
    return fault.what();
  } catch (const std::exception& fault) {
    return std::string("internal: ") + fault.what();
  } catch (...) {
    return "internal: unknown exception";
  }
}

napi_value errorValue(napi_env env, const std::string& message) {
  napi_value text, error = nullptr;
  napi_create_string_utf8(env, message.data(), message.size(), &text);
  napi_create_error(env, nullptr, text, &error);
  return error;
}

void AsyncWork::run() {
  try {
    result_ = compute();
  } catch (...) {
    fault_ = currentFault();
  }
}

// Every status is ignored on purpose: while a Worker terminates these calls fail, and there is nobody left to tell.
void AsyncWork::settle(napi_env env) {
  if (!storage.deliver(env) && fault_.empty()) fault_ = "detached: an array given for the result was detached during the call";
  if (!fault_.empty()) {
    napi_reject_deferred(env, deferred_, errorValue(env, fault_));
    return;
  }
  napi_value value;
  if (napi_create_double(env, result_, &value) == napi_ok) napi_resolve_deferred(env, deferred_, value);
}

}  // namespace lowrank

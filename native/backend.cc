#include "backend.hpp"

#include <string>

#include "environment.hpp"
#include "queue.hpp"
#include "threads.hpp"

extern "C" {
char* openblas_get_config(void);
char* openblas_get_corename(void);
}

namespace lowrank {

namespace {

double firstNumber(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value value;
  double number = 0;
  napi_get_cb_info(env, info, &count, &value, nullptr, nullptr);
  napi_get_value_double(env, value, &number);
  return number;
}

void set(napi_env env, napi_value object, const char* name, const std::string& text) {
  napi_value value;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  napi_set_named_property(env, object, name, value);
}

}  // namespace

napi_value backend(napi_env env, napi_callback_info) {
  // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY SkylakeX MAX_THREADS=64"
  const std::string config = openblas_get_config();
  const auto nameEnd = config.find(' ');
  const auto versionEnd = config.find(' ', nameEnd + 1);
  napi_value object, threads;
  napi_create_object(env, &object);
  set(env, object, "library", config.substr(0, nameEnd));
  set(env, object, "version", nameEnd == std::string::npos ? "" : config.substr(nameEnd + 1, versionEnd - nameEnd - 1));
  set(env, object, "core", openblas_get_corename());
  napi_create_int32(env, threadLimit(), &threads);
  napi_set_named_property(env, object, "threads", threads);
  return object;
}

napi_value setThreads(napi_env env, napi_callback_info info) {
  setThreadLimit(static_cast<int>(firstNumber(env, info)));
  return nullptr;
}

napi_value cancelQueued(napi_env env, napi_callback_info info) {
  const auto ticket = static_cast<std::uint64_t>(firstNumber(env, info));
  napi_value value;
  napi_get_boolean(env, Queue::instance().cancel(Environment::of(env), ticket), &value);
  return value;
}

}  // namespace lowrank

#include "backend.hpp"

#include <limits>
#include <string>

#include "environment.hpp"
#include "queue.hpp"
#include "simd/dispatch.hpp"
#include "threads.hpp"

extern "C" {
char* openblas_get_config(void);
char* openblas_get_corename(void);
}

namespace lowrank {

namespace {

// NaN where the first argument is no number.
double firstNumber(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value value;
  double number = 0;
  napi_get_cb_info(env, info, &count, &value, nullptr, nullptr);
  return napi_get_value_double(env, value, &number) == napi_ok ? number : std::numeric_limits<double>::quiet_NaN();
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
  set(env, object, "simd", simd::instructionSet());
  napi_create_int32(env, threadLimit(), &threads);
  napi_set_named_property(env, object, "threads", threads);
  return object;
}

napi_value setThreads(napi_env env, napi_callback_info info) {
  const double count = firstNumber(env, info);
  if (count >= 1 && count <= mostThreads)
    setThreadLimit(static_cast<int>(count));
  else
    napi_throw_error(env, nullptr, "internal: the number of threads is out of range");
  return nullptr;
}

napi_value cancelQueued(napi_env env, napi_callback_info info) {
  const double ticket = firstNumber(env, info);
  const bool possible = ticket >= 1 && ticket <= 9007199254740991;
  const bool cancelled = possible && Queue::instance().cancel(Environment::of(env), static_cast<std::uint64_t>(ticket));
  napi_value value;
  napi_get_boolean(env, cancelled, &value);
  return value;
}

}  // namespace lowrank

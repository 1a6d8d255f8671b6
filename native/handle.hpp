// Native objects that JavaScript holds: data that stays native over many calls, freed with its JavaScript owner.
#pragma once
#include <node_api.h>

#include <cstdint>
#include <memory>

#include "fault.hpp"

namespace lowrank {

// Every H that can be held has `static constexpr napi_type_tag tag` and `std::int64_t bytes() const`, the memory that
// the garbage collector is told about.
template <class H>
napi_value wrap(napi_env env, std::shared_ptr<H> object) {
  napi_value value;
  std::int64_t adjusted = 0;
  const auto release = [](napi_env env, void* data, void*) {
    auto* holder = static_cast<std::shared_ptr<H>*>(data);
    std::int64_t adjusted = 0;
    napi_adjust_external_memory(env, -(*holder)->bytes(), &adjusted);
    delete holder;
  };
  auto holder = std::make_unique<std::shared_ptr<H>>(std::move(object));
  const std::int64_t bytes = (*holder)->bytes();
  // Fails where a Worker is being terminated, or an exception is on its way.
  if (napi_create_external(env, holder.get(), release, nullptr, &value) != napi_ok)
    throw InternalFault("the environment is closing");
  holder.release();
  napi_adjust_external_memory(env, bytes, &adjusted);
  napi_type_tag_object(env, value, &H::tag);
  return value;
}

// Null where the value is not a handle of this kind.
template <class H>
std::shared_ptr<H> unwrap(napi_env env, napi_value value) {
  // Asking anything else for its tag would try to make an object of it, and leave an exception on its way.
  napi_valuetype type = napi_undefined;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_external) return nullptr;
  bool tagged = false;
  if (napi_check_object_type_tag(env, value, &H::tag, &tagged) != napi_ok || !tagged) return nullptr;
  void* data = nullptr;
  napi_get_value_external(env, value, &data);
  return *static_cast<std::shared_ptr<H>*>(data);
}

}  // namespace lowrank

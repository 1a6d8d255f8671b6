#include "environment.hpp"

#include "asyncWork.hpp"
#include "fault.hpp"
#include "queue.hpp"

namespace lowrank {

namespace {

using Holder = std::shared_ptr<Environment>;

void settle(napi_env env, napi_value, void*, void* data) {
  std::unique_ptr<AsyncWork> work(static_cast<AsyncWork*>(data));
  if (env == nullptr) return;  // the environment is going: there is nobody to tell
  napi_handle_scope scope;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  Environment::of(env)->settled();
  work->settle(env);
  work.reset();
  napi_close_handle_scope(env, scope);
}

}  // namespace

Environment* Environment::of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return static_cast<Holder*>(data)->get();
}

Holder Environment::shared(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<Holder*>(data);
}

void Environment::create(napi_env env) {
  auto* holder = new Holder(std::make_shared<Environment>());
  (*holder)->env_ = env;
  const auto finalize = [](napi_env env, void* data, void*) {
    auto* holder = static_cast<Holder*>(data);
    if ((*holder)->frameReference_ != nullptr) napi_delete_reference(env, (*holder)->frameReference_);
    delete holder;
  };
  napi_set_instance_data(env, holder, finalize, nullptr);
}

Environment::Held Environment::hold(napi_value array) {
  const auto held = held_.insert(held_.end(), nullptr);
  if (napi_create_reference(env_, array, 1, &*held) == napi_ok) return held;
  held_.erase(held);
  throw InternalFault("an array could not be held");
}

napi_value Environment::heldBy(Held held) const {
  napi_value array = nullptr;
  napi_get_reference_value(env_, *held, &array);
  return array;
}

void Environment::release(Held held) {
  napi_delete_reference(env_, *held);
  held_.erase(held);
}

// Node does not free references when an environment ends.
void Environment::forgetHeld() {
  for (const napi_ref reference : held_) napi_delete_reference(env_, reference);
  held_.clear();
}

void Environment::open() {
  napi_value name;
  napi_threadsafe_function finished = nullptr;
  // These fail where a Worker is being terminated: the call under way is then its last.
  if (napi_create_string_utf8(env_, "lowrank", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env_, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, settle,
                                      &finished) != napi_ok)
    throw InternalFault("the environment is closing");
  finished_ = finished;
  napi_unref_threadsafe_function(env_, finished_);
  // Hooks run last in, first out: this one closes the door before Node takes the function away.
  napi_add_env_cleanup_hook(env_, end, this);
}

// On the JS thread, after its last line of JavaScript.
void Environment::end(void* data) {
  auto* self = static_cast<Environment*>(data);
  {
    std::lock_guard<std::mutex> lock(self->mutex_);
    self->alive_ = false;
  }
  Queue::instance().drop(self);  // nobody waits for them, and others' jobs need not either
  self->forgetHeld();
}

void Environment::started() {
  if (finished_ == nullptr) open();
  if (pending_++ == 0) napi_ref_threadsafe_function(env_, finished_);
}

void Environment::settled() {
  if (--pending_ == 0) napi_unref_threadsafe_function(env_, finished_);
}

void Environment::post(const Holder& environment, std::unique_ptr<AsyncWork> work) {
  std::lock_guard<std::mutex> lock(environment->mutex_);
  if (!environment->alive_) return;
  if (napi_call_threadsafe_function(environment->finished_, work.get(), napi_tsfn_nonblocking) == napi_ok)
    work.release();
}

// The first frame given stays and is returned to whoever comes later, so that two copies of the library in one
// environment use the same. It must lie in shared memory: nobody can detach that while `frame` points there.
napi_value Environment::setFrame(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value array, buffer;
  napi_get_cb_info(env, info, &count, &array, nullptr, nullptr);
  auto* self = of(env);
  if (self->frameReference_ != nullptr) {
    napi_get_reference_value(env, self->frameReference_, &array);
    return array;
  }
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  bool detachable = true;
  if (napi_get_typedarray_info(env, array, &type, &length, &data, &buffer, nullptr) != napi_ok ||
      type != napi_float64_array || length < leastFrame || napi_is_arraybuffer(env, buffer, &detachable) != napi_ok ||
      detachable || napi_create_reference(env, array, 1, &self->frameReference_) != napi_ok) {
    napi_throw_error(env, nullptr,
                     "internal: the frame must be a Float64Array of at least 64 numbers in shared memory");
    return nullptr;
  }
  self->frame = static_cast<double*>(data);
  self->frameLength = static_cast<std::uint32_t>(length);
  return array;
}

}  // namespace lowrank

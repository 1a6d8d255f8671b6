// How a kernel reads its arguments: in the order in which TypeScript passes them, checked against the real extents of
// the arrays behind them. Numbers come from the environment's frame, arrays and handles from the call itself.
#pragma once
#include <node_api.h>

#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "buffer.hpp"
#include "environment.hpp"
#include "fault.hpp"
#include "handle.hpp"
#include "view.hpp"

namespace lowrank {

constexpr double largestInteger = 9007199254740991;
constexpr double largestExtent = 2147483647;  // LAPACK counts in 32 bits

template <class T>
struct Span {
  T* data = nullptr;
  index_t length = 0;
};

// What an asynchronous call keeps until it settles. An ArrayBuffer can be transferred or detached while another thread
// reads it, so inputs are copied; a reference would not prevent that.
class Storage {
 public:
  // One result: computed in memory of ours, brought to the caller's array at the end.
  class Delivery {
   public:
    virtual ~Delivery() = default;
    virtual bool deliver(napi_env env, napi_value array) = 0;  // false where the array has gone
  };

  explicit Storage(Environment& environment) : environment_(environment) {}

  template <class T>
  T* allocate(index_t length) {
    auto buffer = std::make_shared<Buffer<T>>(length);
    kept_.push_back(buffer);
    return buffer->data();
  }
  void keep(std::shared_ptr<const void> thing) { kept_.push_back(std::move(thing)); }

  // On the JS thread. The arrays are held until `release`, which every call has to reach whose environment still lives.
  void add(napi_value array, std::unique_ptr<Delivery> delivery);
  bool deliver(napi_env env) const;
  void release();

 private:
  struct Promised {
    std::unique_ptr<Delivery> delivery;
    Environment::Held array;
  };

  Environment& environment_;
  std::vector<std::shared_ptr<const void>> kept_;
  std::vector<Promised> promised_;
};

class Args {
 public:
  // `storage` is null in a synchronous call: views then point into the caller's own arrays.
  Args(napi_env env, napi_callback_info info, Storage* storage);

  double number();
  index_t integer();
  bool flag() { return number() != 0; }

  // A matrix or a batch of matrices: count, member stride, rows, columns, row stride, column stride, offset; one array.
  template <class T>
  Batch<const T> input();
  template <class T>
  Batch<T> output() {
    return writable<T>(false);
  }
  template <class T>
  Batch<T> inputOutput() {
    return writable<T>(true);
  }

  // A whole typed array of T (float, double or int32).
  template <class T>
  Span<const T> inputArray();
  template <class T>
  Span<T> outputArray();

  template <class H>
  std::shared_ptr<H> handle() {
    auto shared = unwrap<H>(env_, next());
    if (!shared) throw InternalFault("expected another handle");
    if (storage_) storage_->keep(shared);
    return shared;
  }

  // The element type of the call: that of its first floating-point array.
  napi_typedarray_type type();

 private:
  static constexpr std::size_t maximum = 16;
  template <std::size_t n>
  std::array<index_t, n> integers();  // each exact in its double, or refused
  template <class T>
  Span<T> array(napi_value& value);
  template <class T>
  Batch<T> layout(napi_value& value);
  template <class T>
  Batch<T> writable(bool read);
  napi_value next();

  // What Node-API says of the array at a position; asking costs 25 ns, so the last answer is kept.
  bool read(std::size_t position);
  struct {
    napi_typedarray_type type;
    size_t length;
    void* data;
  } array_;
  std::size_t read_ = 0;  // its position, counted from 1

  napi_env env_;
  Storage* storage_;
  const double* frame_;
  std::uint32_t frameLength_, number_ = 0;
  std::size_t count_ = maximum, position_ = 0;
  napi_value values_[maximum];
};

}  // namespace lowrank

#include "args.hpp"

#include <array>
#include <cmath>
#include <string>

#include "pack.hpp"

namespace lowrank {

namespace {

template <class T>
constexpr napi_typedarray_type typeOf() {
  if constexpr (std::is_same_v<T, double>) return napi_float64_array;
  if constexpr (std::is_same_v<T, float>) return napi_float32_array;
  if constexpr (std::is_same_v<T, std::int32_t>) return napi_int32_array;
}

// The lowest and highest element that a layout reaches, relative to the start of its array.
template <class T>
std::pair<double, double> reach(const Batch<T>& batch, double offset) {
  double low = offset, high = offset;
  const auto along = [&](index_t extent, index_t stride) {
    const double last = static_cast<double>(extent - 1) * static_cast<double>(stride);
    (last < 0 ? low : high) += last;
  };
  along(batch.count, batch.memberStride);
  along(batch.first.rows, batch.first.rowStride);
  along(batch.first.columns, batch.first.columnStride);
  return {low, high};
}

template <class T>
Batch<const T> asConst(const Batch<T>& batch) {
  return {batch.first, batch.count, batch.memberStride};
}

// The same extents over contiguous row-major memory.
template <class T, class U>
Batch<T> contiguous(const Batch<U>& batch, T* data) {
  const index_t rows = batch.first.rows, columns = batch.first.columns;
  // One member serves any count.
  return {rowMajor(data, rows, columns), batch.count, batch.count == 1 ? 0 : rows * columns};
}

template <class T>
void copyBatch(const Batch<const T>& source, const Batch<T>& target) {
  if (source.first.rows == 0 || source.first.columns == 0) return;
  for (index_t b = 0; b < source.count; ++b) copy(source[b], target[b]);
}

// How many entries a copy has. Strides of 0 let few elements stand for any number of them, more than 64 bits can count.
template <class T>
index_t entriesOf(const Batch<T>& batch) {
  const double entries = static_cast<double>(batch.count) * static_cast<double>(batch.first.rows) *
                         static_cast<double>(batch.first.columns);
  if (entries > largestInteger) throw std::bad_alloc();
  return batch.count * batch.first.rows * batch.first.columns;
}

// The caller's array, which may have been detached or shrunk when the result is there.
class Delivery : public Storage::Delivery {
 public:
  bool deliver(napi_env env, napi_value array) override {
    size_t length = 0;
    void* data = nullptr;
    if (napi_get_typedarray_info(env, array, nullptr, &length, &data, nullptr, nullptr) != napi_ok || length < length_)
      return false;
    write(data);
    return true;
  }

 protected:
  explicit Delivery(size_t length) : length_(length) {}
  virtual void write(void* data) const = 0;

 private:
  const size_t length_;
};

template <class T>
class BatchDelivery final : public Delivery {
 public:
  BatchDelivery(size_t length, index_t offset, const Batch<T>& target, const Batch<const T>& computed)
      : Delivery(length), target_(target), computed_(computed), offset_(offset) {}

 private:
  void write(void* data) const override {
    Batch<T> target = target_;
    target.first.data = static_cast<T*>(data) + offset_;
    copyBatch<T>(computed_, target);
  }

  Batch<T> target_;
  Batch<const T> computed_;
  index_t offset_;
};

template <class T>
class ArrayDelivery final : public Delivery {
 public:
  explicit ArrayDelivery(Span<const T> computed) : Delivery(computed.length), computed_(computed) {}

 private:
  void write(void* data) const override {
    if (computed_.length > 0) std::memcpy(data, computed_.data, computed_.length * sizeof(T));
  }

  Span<const T> computed_;
};

}  // namespace

void Storage::add(napi_value array, std::unique_ptr<Delivery> delivery) {
  promised_.reserve(promised_.size() + 1);  // what could throw comes before the array is held
  promised_.push_back({std::move(delivery), environment_.hold(array)});
}

bool Storage::deliver(napi_env env) const {
  bool delivered = true;
  for (const auto& [delivery, array] : promised_)
    delivered = delivery->deliver(env, environment_.heldBy(array)) && delivered;
  return delivered;
}

void Storage::release() {
  for (const auto& promised : promised_) environment_.release(promised.array);
  promised_.clear();
}

Args::Args(napi_env env, napi_callback_info info, Storage* storage) : env_(env), storage_(storage) {
  const auto* environment = Environment::of(env);
  frame_ = environment->frame;
  frameLength_ = environment->frameLength;
  napi_get_cb_info(env, info, &count_, values_, nullptr, nullptr);
  if (count_ > maximum) throw InternalFault("too many arrays");
}

double Args::number() {
  if (number_ >= frameLength_) throw InternalFault("too many numbers");
  return frame_[number_++];
}

template <std::size_t n>
std::array<index_t, n> Args::integers() {
  if (frameLength_ - number_ < n) throw InternalFault("too many numbers");
  std::array<index_t, n> result;
  bool exact = true;
  for (std::size_t i = 0; i < n; ++i) {
    const double value = frame_[number_ + i];
    const bool small = std::abs(value) <= largestInteger;
    result[i] = static_cast<index_t>(small ? value : 0);
    exact &= static_cast<double>(result[i]) == value;
  }
  if (!exact) throw InternalFault("expected an integer");
  number_ += n;
  return result;
}

index_t Args::integer() { return integers<1>()[0]; }

napi_value Args::next() {
  if (position_ >= count_) throw InternalFault("too few arrays");
  return values_[position_++];
}

bool Args::read(std::size_t position) {
  if (read_ != position + 1 && napi_get_typedarray_info(env_, values_[position], &array_.type, &array_.length,
                                                        &array_.data, nullptr, nullptr) != napi_ok)
    return false;
  read_ = position + 1;
  return true;
}

napi_typedarray_type Args::type() {
  for (std::size_t i = 0; i < count_; ++i)
    if (read(i) && (array_.type == napi_float64_array || array_.type == napi_float32_array)) return array_.type;
  throw InternalFault("expected a Float64Array or a Float32Array");
}

template <class T>
Span<T> Args::array(napi_value& value) {
  value = next();
  if (!read(position_ - 1)) throw InternalFault("expected a typed array");
  if (array_.type != typeOf<std::remove_const_t<T>>()) throw InternalFault("expected arrays of one element type");
  return {static_cast<T*>(array_.data), static_cast<index_t>(array_.length)};
}

template <class T>
Batch<T> Args::layout(napi_value& value) {
  Batch<T> batch;
  const auto [count, memberStride, rows, columns, rowStride, columnStride, offset] = integers<7>();
  batch.count = count;
  batch.memberStride = memberStride;
  batch.first = {nullptr, rows, columns, rowStride, columnStride};
  const Span<T> span = array<T>(value);
  for (const index_t extent : {batch.count, batch.first.rows, batch.first.columns})
    if (extent < 0 || static_cast<double>(extent) > largestExtent) throw InternalFault("extent out of range");
  if (batch.count == 0 || batch.first.rows == 0 || batch.first.columns == 0) return batch;  // nothing is reached
  const auto [low, high] = reach(batch, static_cast<double>(offset));
  if (low < 0 || high >= static_cast<double>(span.length)) throw InternalFault("extents reach outside their array");
  batch.first.data = span.data + offset;
  return batch;
}

template <class T>
Batch<const T> Args::input() {
  napi_value value;
  const Batch<const T> given = layout<const T>(value);
  if (!storage_) return given;
  const Batch<T> owned = contiguous(given, storage_->allocate<T>(entriesOf(given)));
  copyBatch<T>(given, owned);
  return asConst(owned);
}

template <class T>
Batch<T> Args::writable(bool read) {
  napi_value value;
  const Batch<T> given = layout<T>(value);
  if (!read) adviseHugePages(array_.data, array_.length * sizeof(T));  // fresh memory, as a rule
  if (!storage_) return given;
  const Batch<T> owned = contiguous(given, storage_->allocate<T>(entriesOf(given)));
  if (read) copyBatch<T>(asConst(given), owned);
  const size_t length = array_.length;
  const index_t offset = given.first.data ? given.first.data - static_cast<T*>(array_.data) : 0;
  storage_->add(value, std::make_unique<BatchDelivery<T>>(length, offset, given, asConst(owned)));
  return owned;
}

template <class T>
Span<const T> Args::inputArray() {
  napi_value value;
  const Span<const T> given = array<const T>(value);
  if (!storage_) return given;
  T* copy = storage_->allocate<T>(given.length);
  if (given.length > 0) std::memcpy(copy, given.data, given.length * sizeof(T));
  return {copy, given.length};
}

template <class T>
Span<T> Args::outputArray() {
  napi_value value;
  const Span<T> given = array<T>(value);
  if (!storage_) return given;
  T* computed = storage_->allocate<T>(given.length);
  storage_->add(value, std::make_unique<ArrayDelivery<T>>(Span<const T>{computed, given.length}));
  return {computed, given.length};
}

template Batch<const float> Args::input<float>();
template Batch<const double> Args::input<double>();
template Batch<float> Args::writable<float>(bool);
template Batch<double> Args::writable<double>(bool);
template Span<const float> Args::inputArray<float>();
template Span<const double> Args::inputArray<double>();
template Span<const std::int32_t> Args::inputArray<std::int32_t>();
template Span<float> Args::outputArray<float>();
template Span<double> Args::outputArray<double>();
template Span<std::int32_t> Args::outputArray<std::int32_t>();

}  // namespace lowrank

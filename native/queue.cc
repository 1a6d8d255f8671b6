#include "queue.hpp"

#include <algorithm>
#include <thread>

namespace lowrank {

// Never destroyed: runners may outlive main's statics.
Queue& Queue::instance() {
  static Queue* const queue = new Queue;
  return *queue;
}

void Queue::push(std::unique_ptr<AsyncWork> work) {
  std::lock_guard<std::mutex> lock(mutex_);
  waiting_.push_back(std::move(work));
  const int maximum = std::min<int>(maximumRunners, std::max(1u, std::thread::hardware_concurrency()));
  if (idle_ < static_cast<int>(waiting_.size()) && runners_ < maximum) {
    ++runners_;
    std::thread([this] { runner(); }).detach();
  }
  arrived_.notify_one();
}

bool Queue::cancel(const Environment* environment, std::uint64_t ticket) {
  std::unique_ptr<AsyncWork> work;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& candidate) {
      return candidate->environment.get() == environment && candidate->ticket == ticket;
    });
    if (found == waiting_.end()) return false;
    work = std::move(*found);
    waiting_.erase(found);
  }
  work->cancel();
  const auto home = work->environment;
  Environment::post(home, std::move(work));
  return true;
}

void Queue::runner() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    ++idle_;
    arrived_.wait(lock, [this] { return !waiting_.empty(); });
    --idle_;
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work->run();
    const auto home = work->environment;
    Environment::post(home, std::move(work));
    lock.lock();
  }
}

}  // namespace lowrank

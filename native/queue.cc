#include "queue.hpp"

#include <algorithm>
#include <iterator>
#include <thread>
#include <vector>

namespace lowrank {

// Never destroyed: runners may outlive main's statics.
Queue& Queue::instance() {
  static Queue* const queue = new Queue;
  return *queue;
}

void Queue::push(std::unique_ptr<AsyncWork> work) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const int maximum = std::min<int>(maximumRunners, std::max(1u, std::thread::hardware_concurrency()));
    if (idle_ <= static_cast<int>(waiting_.size()) && runners_ < maximum) {
      try {
        std::thread([this] { runner(); }).detach();
        ++runners_;
      } catch (const std::exception&) {
        // The system has no thread left, or no memory for one: the runners that are there do it.
      }
    }
    if (runners_ > 0) {
      waiting_.push_back(std::move(work));
      arrived_.notify_one();
      return;
    }
  }
  runNow(std::move(work));
}

void Queue::runNow(std::unique_ptr<AsyncWork> work) {
  work->run();
  const auto home = work->environment;
  Environment::post(home, std::move(work));
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

void Queue::drop(const Environment* environment) {
  std::deque<std::unique_ptr<AsyncWork>> dropped;  // destroyed after the lock is left
  std::lock_guard<std::mutex> lock(mutex_);
  const auto first = std::stable_partition(waiting_.begin(), waiting_.end(),
                                           [&](const auto& work) { return work->environment.get() != environment; });
  std::move(first, waiting_.end(), std::back_inserter(dropped));
  waiting_.erase(first, waiting_.end());
}

bool Queue::waitUntilQuiet(std::chrono::milliseconds longest) {
  std::unique_lock<std::mutex> lock(mutex_);
  return finished_.wait_for(lock, longest, [this] { return running_ == 0; });
}

void Queue::runner() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    ++idle_;
    arrived_.wait(lock, [this] { return !waiting_.empty(); });
    --idle_;
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    lock.unlock();
    runNow(std::move(work));
    lock.lock();
    if (--running_ == 0) finished_.notify_all();
  }
}

}  // namespace lowrank

// The one queue of the process for asynchronous calls, Workers included. Few runners of its own, so that long jobs
// never occupy libuv's pool, on which the file system waits.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "asyncWork.hpp"

namespace lowrank {

class Queue {
 public:
  static Queue& instance();

  void push(std::unique_ptr<AsyncWork> work);
  // Takes a job that has not begun out of the queue, and has its promise rejected; false where it runs already.
  bool cancel(const Environment* environment, std::uint64_t ticket);
  // Takes the jobs of an environment that ends out of the queue.
  void drop(const Environment* environment);
  // Waits until no job runs, or for so long; returns whether none does.
  bool waitUntilQuiet(std::chrono::milliseconds longest);

 private:
  void runner();
  static void runNow(std::unique_ptr<AsyncWork> work);

  static constexpr int maximumRunners = 2;
  std::mutex mutex_;
  std::condition_variable arrived_, finished_;
  std::deque<std::unique_ptr<AsyncWork>> waiting_;
  int runners_ = 0, idle_ = 0, running_ = 0;
};

}  // namespace lowrank

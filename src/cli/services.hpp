#pragma once

#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "fairlead/task.hpp"

#include "cli/connect.hpp"
#include "cli/table.hpp"
#include "core/strings.hpp"
#include "discovery/finder.hpp"

namespace fairlead::cli {

/// run_connected() for work that asks services: a Finder that has the flag `--timeout`.
int run_with_finder(const ConnectionFlags& flags,
                    const std::function<Task<int>(discovery::Finder)>& work);

/// What a service is called in discovery: `name` as it is, or, if it is a protobuf full name, what
/// the instances of that service call themselves. NOT_FOUND if there are none.
Task<absl::StatusOr<std::string>> discovery_name(discovery::Finder finder, std::string name);

/// The NOT_FOUND for a service that does not run: names the nearest one that does.
Task<absl::Status> no_such_service(discovery::Finder finder, std::string name);

/// How people call a service: by its full name if it has one.
std::string shown_name(const discovery::Identity& identity);

/// Finds what runs of `name` (all services if it is empty) with one of Finder's questions. Answers
/// that cannot be read are told on the standard error stream.
template <typename Response>
using Question = Task<absl::StatusOr<discovery::Found<Response>>> (discovery::Finder::*)(
    std::string, std::string) const;

template <typename Response>
Task<absl::StatusOr<std::vector<Response>>> find(discovery::Finder finder,
                                                 Question<Response> question, std::string name,
                                                 std::string id) {
  std::string asked;
  if (!name.empty()) {
    absl::StatusOr<std::string> known = co_await discovery_name(finder, name);
    if (!known.ok()) co_return known.status();
    asked = *std::move(known);
  }
  auto found = co_await (finder.*question)(asked, id);
  if (!found.ok()) co_return found.status();
  if (found->invalid > 0) {
    std::cerr << "fairlead: answers that could not be read: " << found->invalid
              << "; the first: " << printable(found->first_problem) << "\n";
  }
  if (found->instances.empty() && !name.empty()) {
    if (!id.empty()) {
      co_return absl::NotFoundError(concat("no instance ", id, " of ", name, " is up"));
    }
    co_return co_await no_such_service(finder, name);
  }
  co_return std::move(found->instances);
}

/// The answers as one JSON array, as they travelled.
template <typename Response>
void print_json(const std::vector<Response>& responses) {
  const char* separator = "[";
  for (const Response& response : responses) {
    std::cout << separator << to_json(response);
    separator = ",\n ";
  }
  std::cout << (responses.empty() ? "[]\n" : "]\n");
}

}  // namespace fairlead::cli

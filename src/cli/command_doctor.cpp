#include <iostream>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "cli/connect.hpp"
#include "cli/doctor_account.hpp"
#include "cli/doctor_server.hpp"
#include "cli/table.hpp"
#include "core/strings.hpp"
#include "nats/url.hpp"

namespace fairlead::cli {
namespace {

using Json = nlohmann::ordered_json;

void print(const std::string& server, const Findings& findings) {
  const Style style = Style::of_terminal(1);
  std::cout << style.bold(server) << "\n";
  for (const Finding& finding : findings.list()) {
    std::string grade(grade_name(finding.grade));
    grade.resize(7, ' ');
    std::string step = finding.step;
    step.resize(10, ' ');
    if (finding.grade == Finding::Grade::kBad) grade = style.red(grade);
    std::cout << "  " << grade << "  " << step << "  " << printable(finding.text) << "\n";
    if (!finding.advice.empty()) {
      std::cout << std::string(23, ' ') << style.dim("→ " + finding.advice) << "\n";
    }
  }
}

Json to_json(const std::string& server, const Findings& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings.list()) {
    Json entry = {{"step", finding.step},
                  {"grade", std::string(grade_name(finding.grade))},
                  {"text", finding.text}};
    if (!finding.advice.empty()) entry["advice"] = finding.advice;
    list.push_back(std::move(entry));
  }
  return {{"server", server}, {"good", !findings.any_bad()}, {"findings", std::move(list)}};
}

Task<int> examine_all(Loop& loop, nats::ConnectOptions options, bool json) {
  bool all_good = true;
  Json list = Json::array();
  const auto servers = nats::parse_servers(options.url());
  if (!servers.ok()) co_return wrong_usage(message_of(servers.status()));
  const std::vector<std::string_view> urls = split(options.url(), ',');
  for (std::size_t i = 0; i < servers->size(); ++i) {
    Findings findings;
    const nats::ServerAddress& server = (*servers)[i];
    const bool reachable = co_await examine_server(loop, server, options, findings);
    if (reachable) {
      nats::ConnectOptions only_this = options;
      only_this.set_url(std::string(urls[i]));
      co_await examine_account(loop, only_this, findings);
    }
    all_good = all_good && !findings.any_bad();
    if (json) {
      list.push_back(to_json(server.display(), findings));
    } else {
      print(server.display(), findings);
    }
  }
  if (json) std::cout << list.dump() << "\n";
  co_return all_good ? kDone : kFailed;
}

int run(const CommandLine& line) {
  const auto options = connect_options(line.connection);
  if (!options.ok()) return wrong_usage(message_of(options.status()));
  Loop loop;
  return loop.run(examine_all(loop, *options, line.json));
}

}  // namespace

void add_doctor(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand(
      "doctor", "Connect to NATS step by step and say what is wrong and what to do");
  add_json_flag(*command, line);
  add_connection_flags(*command, line);
  command->callback([&line] { line.run = [&line] { return run(line); }; });
}

}  // namespace fairlead::cli

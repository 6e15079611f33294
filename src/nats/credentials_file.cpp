#include "nats/credentials_file.hpp"

#include <optional>
#include <vector>

#include "core/strings.hpp"
#include "nats/jwt.hpp"
#include "nats/nkey.hpp"
#include "nats/read_file.hpp"

namespace fairlead::nats {
namespace {

/// The one line that stands between two lines of dashes.
struct Block {
  std::string_view label;  // `BEGIN USER NKEY SEED`
  std::string_view value;
  std::size_t line = 0;  // of the value, from 1
};

/// What `---- LABEL ----` says; nothing for other lines. nsc writes five dashes at the beginning of
/// a block and six at its end; three are enough, as for other readers of these files.
std::optional<std::string_view> label_of(std::string_view line) {
  const std::string_view text = trim(line);
  const std::size_t start = text.find_first_not_of('-');
  if (start == std::string_view::npos || start < 3) return std::nullopt;
  const std::size_t end = text.find_last_not_of('-') + 1;
  if (text.size() - end < 3) return std::nullopt;
  return trim(text.substr(start, end - start));
}

absl::Status wrong(const std::string& path, std::size_t line, std::string_view what) {
  return absl::InvalidArgumentError(concat(path, ":", line, ": ", what));
}

absl::StatusOr<std::vector<Block>> find_blocks(std::string_view text, const std::string& path) {
  std::vector<Block> blocks;
  std::optional<Block> open;
  std::size_t number = 0;
  std::size_t begun = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    const std::optional<std::string_view> label = label_of(line);
    if (!open) {
      if (!label) continue;  // text around the blocks is for people
      open.emplace().label = *label;
      begun = number;
    } else if (label) {
      if (open->value.empty()) return wrong(path, number, "the block ends before it says anything");
      blocks.push_back(*open);
      open.reset();
    } else if (const std::string_view value = trim(line); !value.empty()) {
      if (!open->value.empty())
        return wrong(path, number, "a block has one line, this is a second");
      open->value = value;
      open->line = number;
    }
  }
  if (open) return wrong(path, begun, "the block that begins here has no end");
  return blocks;
}

/// The block whose label holds `word`.
absl::StatusOr<Block> only_block(const std::vector<Block>& blocks, std::string_view word,
                                 const std::string& path) {
  const Block* found = nullptr;
  for (const Block& block : blocks) {
    if (block.label.find(word) == std::string_view::npos) continue;
    if (found != nullptr) {
      return wrong(path, block.line,
                   concat("a second ", word, "; the first is in line ", found->line));
    }
    found = &block;
  }
  if (found != nullptr) return *found;
  return absl::InvalidArgumentError(
      concat(path, ": no block with a ", word,
             " is in it; a file as made by `nsc generate creds` is expected"));
}

absl::StatusOr<Secret> checked_seed(const Block& block, const std::string& path) {
  const auto key = NKey::from_seed(block.value);
  if (!key.ok()) return wrong(path, block.line, message_of(key.status()));
  return Secret(std::string(block.value));
}

}  // namespace

absl::StatusOr<Credentials> parse_credentials(std::string_view text, const std::string& path) {
  const auto blocks = find_blocks(text, path);
  if (!blocks.ok()) return blocks.status();
  const auto jwt = only_block(*blocks, "JWT", path);
  if (!jwt.ok()) return jwt.status();
  const auto seed = only_block(*blocks, "SEED", path);
  if (!seed.ok()) return seed.status();
  if (const auto claims = parse_jwt(jwt->value); !claims.ok()) {
    return wrong(path, jwt->line, message_of(claims.status()));
  }
  auto secret = checked_seed(*seed, path);
  if (!secret.ok()) return secret.status();
  Credentials credentials;
  credentials.jwt = std::string(jwt->value);
  credentials.seed = *std::move(secret);
  return credentials;
}

absl::StatusOr<Credentials> read_credentials(const std::string& path) {
  auto content = read_file(path);
  if (!content.ok()) return content.status();
  const Secret text(*std::move(content));
  return parse_credentials(text.view(), path);
}

absl::StatusOr<Secret> read_seed(const std::string& path) {
  auto content = read_file(path);
  if (!content.ok()) return content.status();
  const Secret text(*std::move(content));
  const auto blocks = find_blocks(text.view(), path);
  if (!blocks.ok()) return blocks.status();
  if (blocks->empty()) {
    const std::string_view bare = trim(text.view());
    const std::string_view before = text.view().substr(0, text.view().find(bare));
    Block block;
    block.value = bare;
    block.line = split(before, '\n').size();
    return checked_seed(block, path);
  }
  const auto seed = only_block(*blocks, "SEED", path);
  if (!seed.ok()) return seed.status();
  return checked_seed(*seed, path);
}

}  // namespace fairlead::nats

// EXPECT: rpc Global.Echo: the handler class needs a public method Echo(const ::NoPackage&) or
// Echo(fairlead::Context&, const ::NoPackage&) that returns one of ::NoPackage,
// absl::StatusOr<::NoPackage>, or as a coroutine a fairlead::Task of one of these
#include "no_package.fairlead.hpp"

struct Handler {
  std::string Echo(const NoPackage& request);
};

fairlead::Service service = GlobalService::bind(std::make_shared<Handler>());

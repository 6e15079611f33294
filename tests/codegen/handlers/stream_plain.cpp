// EXPECT: rpc streams.Counter.Down: the handler class needs a public method Down(::streams::Item,
// fairlead::ServerWriter<::streams::Item>&) or Down(fairlead::Context&, ::streams::Item,
// fairlead::ServerWriter<::streams::Item>&) that is a coroutine and returns a fairlead::Task of one
// of absl::Status, void
// EXPECT: rpc streams.Counter.Sum: the handler class needs a public method
// Sum(fairlead::ServerReader<::streams::Item>&) or Sum(fairlead::Context&,
// fairlead::ServerReader<::streams::Item>&) that is a coroutine and returns a fairlead::Task of one
// of ::streams::Total, absl::StatusOr<::streams::Total>
// EXPECT: rpc streams.Counter.Twice: the handler class needs a public method
// Twice(fairlead::ServerReaderWriter<::streams::Item, ::streams::Item>&) or
// Twice(fairlead::Context&, fairlead::ServerReaderWriter<::streams::Item, ::streams::Item>&) that
// is a coroutine and returns a fairlead::Task of one of absl::Status, void
#include "streams.fairlead.hpp"

using fairlead::Context;
using fairlead::ServerReader;
using fairlead::ServerReaderWriter;
using fairlead::ServerWriter;
using fairlead::Task;
using streams::Item;

// A plain function, an answer of a stream that has none, and a reader where a writer is needed too.
struct Handler {
  Task<Item> One(Item item);
  absl::Status Down(const Item& item, ServerWriter<Item>& stream);
  Task<absl::Status> Sum(Context& context, ServerReader<Item>& stream);
  Task<void> Drain(ServerReader<Item>& stream);
  Task<Item> Twice(ServerReaderWriter<Item, Item>& stream);
  Task<void> delete_(
      Context& context,
      ServerReaderWriter<acme::users::User_Address, acme::users::User_Address_Line>& stream);
};

fairlead::Service service = streams::CounterService::bind(std::make_shared<Handler>());

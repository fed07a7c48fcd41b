// store/server_error.hpp — what each error number of the servers and of the client library means to us.
//
// Source: the error references of MySQL 9.x and MariaDB 10.11, and Connector/C's errmsg.h (2000 and above).
#pragma once
#include "base/error.hpp"

#include <span>
#include <string_view>

namespace converge::store {

// What is left of the open transaction after the error.
enum class After {
  statement_undone,    // only the statement was rolled back; the transaction goes on
  transaction_undone,  // the server rolled all of it back: nothing sent afterwards belongs to it
  connection_lost,     // nobody answers any more
};

struct ServerErrorTraits {
  unsigned number;
  Errc code;
  bool repeats;  // the whole transaction may be run again and can then succeed
  After after;
  std::string_view name;  // for people; the servers' own symbol
};

// Ordered by number.
std::span<const ServerErrorTraits> server_error_table();

// A number that is not in the table is a bug of ours until somebody adds it: Errc::internal, not repeated.
ServerErrorTraits server_error_traits(unsigned number);

}  // namespace converge::store

// surface/cli/session.hpp — what one command line needs: the desk, its database, the clock. Opened when first asked for.
#pragma once
#include "base/clock.hpp"
#include "store/db.hpp"
#include "store/private_server.hpp"
#include "surface/desk.hpp"

#include <memory>
#include <optional>
#include <string>

namespace converge::surface {

inline constexpr std::string_view program_version = "0.1.0";

class Session {
 public:
  explicit Session(std::string desk_dir) : desk_dir_(std::move(desk_dir)) {}

  // The folder of the desk without reading it. errors: as find_desk_root
  Result<std::filesystem::path> find_root() const { return find_desk_root(desk_dir_); }
  // errors: as find_desk_root and load_desk
  Result<const Desk*> desk();

  // The desk's database: a private server is started or joined, an empty database gets its tables, the identity of the desk
  // is compared, and the live schema is compared with the contracts: where they differ, nothing is written.
  // errors: contract_violation naming what differs
  Result<store::Db*> db();
  // The same without comparing the schema: for the commands that repair it.
  Result<store::Db*> db_as_it_is();

  // Brings a private server back that died; waits for one that is not ours to answer. errors: unavailable
  Result<void> recover_server();

  const Clock& clock() const { return clock_; }

 private:
  Result<void> connect();

  std::string desk_dir_;
  SystemClock clock_;
  std::optional<Desk> desk_;
  std::optional<store::PrivateServer> server_;  // outlives the connections
  std::optional<store::Db> db_;
  bool is_checked_ = false;
};

// mysql://user@host:port/database. The rest is in the environment:
//   CONVERGE_DATABASE_PASSWORD   the user's password; one in the URL is refused
//   CONVERGE_DATABASE_TLS        on: encrypted, and the certificate must be that host's; off: not. Default: on for every host
//                                that is not this machine
//   CONVERGE_DATABASE_TLS_CA     file of the authority that signed the certificate; default: the system's authorities
// errors: invalid_input
Result<store::ConnectOptions> parse_database_url(std::string_view url);

}  // namespace converge::surface

// store/private_server.hpp — the desk's own database server: one process, one Unix socket, nothing to administer.
//
// It lives in <state_dir>/server (both 0700) and runs as the current user without network. Whoever needs it calls ensure(): the
// first starts it, the others join, the last one to leave stops it. A server that outlived its users (kill -9) is adopted
// by the next; one that died is started again and recovers.
//
// Who is there is decided by locks that the kernel drops with their holder, not by process ids:
//   gate      held while somebody starts or stops
//   users     shared by everyone who uses the server
//   running   held by the server process itself, from before it executes until it is gone
//
// Beside them: data/ (its flavor in data_flavor), desk_id, process (who the server is, as store/holder.hpp writes it), socket
// (where it listens, as the one who started it chose: others may have another environment), tmp/ (temporary tables), log.
// A data folder is a copy of a template that is initialised once per server version, in the user's cache.
// A server whose socket is gone (a runtime folder is removed at logout) can be reached by nobody: the next user ends it, which
// loses nothing that was committed, and starts it again.
#pragma once
#include "base/result.hpp"
#include "contract/flavor.hpp"
#include "store/connection.hpp"
#include "store/file_lock.hpp"
#include "store/server_binary.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace converge::store {

struct PrivateServerOptions {
  std::filesystem::path state_dir;
  std::string desk_id;                 // a server of another desk is never joined
  std::optional<ServerFlavor> flavor;  // empty: as CONVERGE_SERVER says, else the best there is
  bool durable = true;                 // false: a power failure may lose the last seconds (tests)
  bool outlives_users = false;         // the last user leaves it running; shut_down ends it
};

class PrivateServer {
 public:
  // Ready for connections, with the database `converge` in it.
  // errors: not_found (no server program; says what to install), conflict (the folder belongs to another desk, or its data
  // to the other kind of server), unavailable with the end of the server's log, timeout
  static Result<PrivateServer> ensure(PrivateServerOptions options);
  // Ends the server of this folder whoever uses it. Nothing to do when none runs.
  static Result<void> shut_down(const std::filesystem::path& state_dir);

  PrivateServer(PrivateServer&& other) noexcept;
  PrivateServer& operator=(PrivateServer&&) noexcept = delete;
  ~PrivateServer();

  const ConnectOptions& connect_options() const { return connect_options_; }
  const ServerIdentity& server() const { return server_; }

  bool is_alive() const;
  // Returns when the server answers, the same or a new one. Connections from before are lost; a Db replaces them by itself.
  Result<void> restart_if_dead();
  // Leaves. The server ends with its last user.
  Result<void> stop();

 private:
  PrivateServer(PrivateServerOptions options, FileLock users);
  Result<void> start_or_join();

  PrivateServerOptions options_;
  std::optional<FileLock> users_;
  ConnectOptions connect_options_;
  ServerIdentity server_;
};

// Where the socket of a folder is: in <state_dir>/server, or, when that is too long for the kernel (107 bytes), in a folder
// named by a hash under `runtime_dir`. errors: invalid_input when both are too long
Result<std::filesystem::path> compute_socket_path(const std::filesystem::path& state_dir,
                                                  const std::filesystem::path& runtime_dir);

}  // namespace converge::store

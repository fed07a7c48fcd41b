#include "surface/cli/session.hpp"

#include "base/log.hpp"
#include "store/desk_setting.hpp"
#include "store/schema.hpp"
#include "surface/desk_lock.hpp"

#include <fmt/format.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace converge::surface {
namespace {

using contract::Contract;

constexpr std::chrono::minutes answer_wait_max{2};

// A table that is missing can be made; one that differs is somebody's change, and is never mended behind their back.
Result<void> bring_up_schema(store::Db& db, const Desk& desk) {
  const std::vector<Contract> contracts = desk.all_contracts();
  TRY(store::Connection connection, db.open_connection());
  TRY(const auto differences, store::verify_schema(connection, contracts));
  if (differences.empty()) {
    TRY(const bool interrupted, store::is_migration_interrupted(connection));
    if (!interrupted) return {};
  }
  store::MigrationOptions makes_only;
  makes_only.makes_only = true;
  TRY_VOID(store::run_migration(db, contracts, makes_only));
  return write_lock(desk);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// As CONVERGE_DATABASE_TLS says; else for every host but this machine.
Result<bool> read_tls(std::string_view host) {
  const std::string wish = environment("CONVERGE_DATABASE_TLS");
  if (wish.empty()) return host != "localhost" && host != "127.0.0.1" && host != "::1";
  if (wish == "on" || wish == "off") return wish == "on";
  return fail(Errc::invalid_input, fmt::format("CONVERGE_DATABASE_TLS is '{}'; it can be on or off", wish));
}

}  // namespace

Result<const Desk*> Session::desk() {
  if (!desk_) {
    TRY(const auto root, find_desk_root(desk_dir_));
    TRY(desk_, load_desk(root));
  }
  return &*desk_;
}

Result<void> Session::connect() {
  if (db_) return {};
  TRY(const Desk* desk, this->desk());
  const std::string given = environment("CONVERGE_DATABASE_URL");
  const std::string url = given.empty() ? desk->database_url : given;
  store::ConnectOptions options;
  if (url == "private") {
    TRY(store::PrivateServer server,
        store::PrivateServer::ensure({.state_dir = desk->state_dir(), .desk_id = desk->id}));
    server_.emplace(std::move(server));
    options = server_->connect_options();
  } else {
    TRY(options, parse_database_url(url));
  }
  TRY(store::Db db, store::Db::open(options));
  db_.emplace(std::move(db));
  return {};
}

Result<store::Db*> Session::db_as_it_is() {
  TRY_VOID(connect());
  return &*db_;
}

Result<store::Db*> Session::db() {
  TRY_VOID(connect());
  if (!is_checked_) {
    TRY_VOID(bring_up_schema(*db_, *desk_));
    TRY_VOID(db_->transact([&](store::Tx& tx) { return store::init_desk(tx, {desk_->id, desk_->seed}); }));
    is_checked_ = true;
  }
  return &*db_;
}

Result<void> Session::recover_server() {
  write_log(LogLevel::warning, "the database server was lost; bringing it back");
  if (server_) return server_->restart_if_dead();
  if (!db_) return {};
  const std::int64_t deadline_ms = monotonic_ms() + std::chrono::milliseconds(answer_wait_max).count();
  for (;;) {
    const auto connection = db_->open_connection();
    if (connection) return {};
    if (connection.error().code != Errc::unavailable || monotonic_ms() >= deadline_ms) return fail(connection.error());
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

Result<store::ConnectOptions> parse_database_url(std::string_view text) {
  const auto refuse = [](std::string_view why) {
    return fail(Errc::invalid_input,
                fmt::format("database url: {}; write private, or mysql://user@host:3306/database", why));
  };
  const auto url = boost::urls::parse_uri({text.data(), text.size()});
  if (!url) return refuse("it is not a URL");
  if (url->scheme() != "mysql") return refuse("the scheme must be mysql");
  if (url->has_password()) return refuse("a password does not belong in a file; set CONVERGE_DATABASE_PASSWORD");
  const std::string path(url->encoded_path());
  if (path.size() < 2 || path.find('/', 1) != std::string::npos) return refuse("the database is missing");
  store::ConnectOptions options;
  options.host = url->host_address();
  options.user = url->user();
  options.database = path.substr(1);
  options.port = url->has_port() && url->port_number() != 0 ? url->port_number() : 3306U;
  if (options.host.empty() || options.user.empty()) return refuse("user or host is missing");
  options.password = environment("CONVERGE_DATABASE_PASSWORD");
  register_secret(options.password);  // one too short to be registered is in no message either
  TRY(options.require_tls, read_tls(options.host));
  options.tls_ca_file = environment("CONVERGE_DATABASE_TLS_CA");
  return options;
}

}  // namespace converge::surface

#include "store/connection.hpp"

#include "store/binds.hpp"
#include "store/server_error.hpp"
#include "store/sql.hpp"

#include <errmsg.h>
#include <fmt/format.h>
#include <mysql.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace converge::store {

namespace {

constexpr std::size_t prepared_max = 256;

struct CloseMysql {
  void operator()(MYSQL* mysql) const { mysql_close(mysql); }
};
struct CloseStatement {
  void operator()(MYSQL_STMT* statement) const { mysql_stmt_close(statement); }
};
struct FreeResult {
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
using StatementHandle = std::unique_ptr<MYSQL_STMT, CloseStatement>;
using ResultHandle = std::unique_ptr<MYSQL_RES, FreeResult>;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

std::string_view numeric_part(std::string_view version) {
  return version.substr(0, version.find_first_not_of("0123456789."));
}

int refuse_file_open(void** handle, const char*, void*) {
  *handle = nullptr;
  return 1;
}
int refuse_file_read(void*, char*, unsigned) {
  return -1;
}
void refuse_file_end(void*) {}
int refuse_file_error(void*, char* message, unsigned size) {
  if (size > 0) *fmt::format_to_n(message, size - 1, "this client never sends files to a server").out = '\0';
  return 2068;
}

template <class T>
void set_option(MYSQL* mysql, mysql_option option, const T& value) {
  mysql_options(mysql, option, &value);
}

}  // namespace

std::string ConnectOptions::describe() const {
  std::string place = socket_path.empty() ? fmt::format("{}:{}", host, port) : socket_path;
  return fmt::format("{}@{}{}", user, place, database.empty() ? "" : ", database " + database);
}

std::string ServerIdentity::describe() const {
  return fmt::format("{} {}", flavor == ServerFlavor::mysql ? "MySQL" : "MariaDB", numeric_part(version));
}

struct Connection::State {
  enum class Transaction { none, open, lost };

  std::unique_ptr<MYSQL, CloseMysql> mysql;
  // After mysql, so that statements are closed before the connection is.
  std::unordered_map<std::string, StatementHandle, TextHash, std::equal_to<>> prepared;
  ServerIdentity server;
  Transaction transaction = Transaction::none;
  bool wants_repeat = false;
  bool last_failure_repeats = false;
  bool is_usable = true;
  bool is_answering = false;  // a callback has the rows of a statement in its hands

  // For as long as callbacks are called.
  class Answering {
   public:
    explicit Answering(State& state) : state_(state) { state_.is_answering = true; }
    Answering(const Answering&) = delete;
    Answering& operator=(const Answering&) = delete;
    ~Answering() { state_.is_answering = false; }

   private:
    State& state_;
  };

  Error note_error(const Statement& statement, unsigned number, const char* text) {
    const ServerErrorTraits traits = server_error_traits(number);
    last_failure_repeats = traits.repeats;
    if (transaction != Transaction::none) {
      wants_repeat = wants_repeat || traits.repeats;
      if (traits.after != After::statement_undone) transaction = Transaction::lost;
    }
    if (traits.after == After::connection_lost) is_usable = false;
    return {traits.code, fmt::format("statement {}: {} ({} {})", statement.name, text, number, traits.name)};
  }
  Error connection_error(const Statement& statement) {
    return note_error(statement, mysql_errno(mysql.get()), mysql_error(mysql.get()));
  }
  Error statement_error(const Statement& statement, MYSQL_STMT* handle) {
    return note_error(statement, mysql_stmt_errno(handle), mysql_stmt_error(handle));
  }

  Result<void> check_ready(const Statement& statement) const {
    if (is_answering)
      return fail(Errc::internal,
                  fmt::format("statement {}: the connection is still giving out the rows of another", statement.name));
    if (!is_usable) return fail(Errc::unavailable, fmt::format("statement {}: the connection is lost", statement.name));
    if (transaction == Transaction::lost)
      return fail(Errc::timeout,
                  fmt::format("statement {}: the server has already rolled this transaction back", statement.name));
    return {};
  }

  Result<void> run(const Statement& statement) {
    TRY_VOID(check_ready(statement));
    if (mysql_real_query(mysql.get(), statement.text.data(), static_cast<unsigned long>(statement.text.size())) != 0)
      return fail(connection_error(statement));
    const ResultHandle rows(mysql_store_result(mysql.get()));
    if (!rows && mysql_errno(mysql.get()) != 0) return fail(connection_error(statement));
    return {};
  }

  Result<MYSQL_STMT*> prepare(const Statement& statement) {
    TRY_VOID(check_ready(statement));
    if (const auto found = prepared.find(statement.text); found != prepared.end()) return found->second.get();
    if (prepared.size() >= prepared_max) prepared.clear();

    StatementHandle handle(mysql_stmt_init(mysql.get()));
    if (!handle) return fail(Errc::internal, "mysql_stmt_init: out of memory");
    const my_bool yes = 1;
    mysql_stmt_attr_set(handle.get(), STMT_ATTR_UPDATE_MAX_LENGTH, &yes);
    if (mysql_stmt_prepare(handle.get(), statement.text.data(), static_cast<unsigned long>(statement.text.size())) != 0)
      return fail(statement_error(statement, handle.get()));
    return prepared.emplace(std::string(statement.text), std::move(handle)).first->second.get();
  }

  Result<MYSQL_STMT*> execute(const Statement& statement, std::span<const Value> params) {
    TRY(MYSQL_STMT * handle, prepare(statement));
    if (const auto wanted = mysql_stmt_param_count(handle); wanted != params.size())
      return fail(Errc::internal,
                  fmt::format("statement {}: {} parameters wanted, {} given", statement.name, wanted, params.size()));
    for (const Value& value : params)
      if (const auto* number = std::get_if<double>(&value); number != nullptr && !std::isfinite(*number))
        return fail(Errc::contract_violation,
                    fmt::format("statement {}: a number that is not finite has no SQL form", statement.name));

    const unsigned one_row = 0;  // 0: not an array
    mysql_stmt_attr_set(handle, STMT_ATTR_ARRAY_SIZE, &one_row);
    ParameterBinds binds(params);
    if (!params.empty() && mysql_stmt_bind_param(handle, binds.data()) != 0)
      return fail(statement_error(statement, handle));
    if (mysql_stmt_execute(handle) == 0) return handle;
    if (mysql_stmt_errno(handle) != CR_NEW_STMT_METADATA) return fail(statement_error(statement, handle));
    // A query whose columns an ALTER has changed since: the library cannot go on with the old preparation.
    prepared.erase(prepared.find(statement.text));
    return execute(statement, params);
  }

  // The library's own count of columns at the last execution: an ALTER since the preparation may have changed it.
  Result<void> fetch(const Statement& statement, MYSQL_STMT* handle, const ColumnsFn& columns, const RowFn& row) {
    const ResultHandle described(mysql_stmt_result_metadata(handle));
    if (!described) return fail(Errc::internal, fmt::format("statement {} answers no rows", statement.name));
    if (mysql_stmt_store_result(handle) != 0) return fail(statement_error(statement, handle));
    struct FreeRows {
      MYSQL_STMT* handle;
      ~FreeRows() { mysql_stmt_free_result(handle); }
    } const free_rows{handle};

    AnswerBinds answer({mysql_fetch_fields(described.get()), mysql_num_fields(described.get())});
    if (mysql_stmt_bind_result(handle, answer.data()) != 0) return fail(statement_error(statement, handle));
    const Answering answering(*this);
    TRY_VOID(columns(answer.names()));

    for (;;) {
      const int status = mysql_stmt_fetch(handle);
      if (status == MYSQL_NO_DATA) return {};
      if (status == 1) return fail(statement_error(statement, handle));
      TRY(const auto cells, answer.read(statement));
      TRY_VOID(row(cells));
    }
  }
};

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

namespace {

Result<void> check_settings(const RowSet& read_back) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> wanted{{
      {"sql_mode", "STRICT_ALL_TABLES"},
      {"time_zone", "+00:00"},
      {"collation_connection", "utf8mb4_bin"},
      {"lock_wait_timeout", "10"},
      {"innodb_lock_wait_timeout", "10"},
      {"autocommit", "1"},
      {"isolation", "READ-COMMITTED"},
  }};
  constexpr std::array<std::string_view, 6> modes{"STRICT_ALL_TABLES",      "NO_ZERO_DATE",
                                                  "NO_ZERO_IN_DATE",        "ERROR_FOR_DIVISION_BY_ZERO",
                                                  "NO_ENGINE_SUBSTITUTION", "ONLY_FULL_GROUP_BY"};
  for (const auto& [name, value] : wanted) {
    const auto at = std::ranges::find(read_back.columns, name) - read_back.columns.begin();
    const Value& held = read_back.rows.at(0).at(static_cast<std::size_t>(at));
    const std::string text = std::holds_alternative<std::int64_t>(held) ? std::to_string(std::get<std::int64_t>(held))
                                                                        : std::get<std::string>(held);
    const bool kept = name == "sql_mode"
                          ? std::ranges::all_of(modes, [&](auto mode) { return text.find(mode) != text.npos; })
                          : text == value;
    if (!kept)
      return fail(Errc::contract_violation,
                  fmt::format("session setting {} is '{}' after it was set to '{}'", name, text, value));
  }
  return {};
}

ServerIdentity identify(const RowSet& read_back) {
  const auto& version = std::get<std::string>(read_back.rows.at(0).at(0));
  const auto& comment = std::get<std::string>(read_back.rows.at(0).at(1));
  const bool mariadb = version.find("MariaDB") != version.npos || comment.find("MariaDB") != comment.npos ||
                       comment.find("mariadb") != comment.npos;
  return {mariadb ? ServerFlavor::mariadb : ServerFlavor::mysql, version};
}

void set_options(MYSQL* mysql, const ConnectOptions& options) {
  set_option(mysql, MYSQL_OPT_CONNECT_TIMEOUT, static_cast<unsigned>(options.connect_timeout.count()));
  set_option(mysql, MYSQL_OPT_READ_TIMEOUT, static_cast<unsigned>(options.read_timeout.count()));
  set_option(mysql, MYSQL_OPT_WRITE_TIMEOUT, static_cast<unsigned>(options.write_timeout.count()));
  set_option(mysql, MYSQL_OPT_RECONNECT, my_bool{0});
  set_option(mysql, MYSQL_REPORT_DATA_TRUNCATION, my_bool{1});
  mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");

  set_option(mysql, MYSQL_OPT_LOCAL_INFILE, 0U);
  mysql_set_local_infile_handler(mysql, refuse_file_open, refuse_file_read, refuse_file_end, refuse_file_error,
                                 nullptr);

  // By host means by TCP, also to "localhost", which the library would take for a socket.
  if (options.socket_path.empty()) set_option(mysql, MYSQL_OPT_PROTOCOL, static_cast<unsigned>(MYSQL_PROTOCOL_TCP));
  set_option(mysql, MYSQL_OPT_SSL_ENFORCE, static_cast<my_bool>(options.require_tls));
  set_option(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, static_cast<my_bool>(options.require_tls));
  if (!options.tls_ca_file.empty()) mysql_options(mysql, MYSQL_OPT_SSL_CA, options.tls_ca_file.c_str());
}

}  // namespace

Result<Connection> Connection::open(const ConnectOptions& options) {
  auto state = std::make_unique<State>();
  state->mysql.reset(mysql_init(nullptr));
  if (!state->mysql) return fail(Errc::internal, "mysql_init: out of memory");
  MYSQL* mysql = state->mysql.get();
  set_options(mysql, options);

  const bool by_socket = !options.socket_path.empty();
  if (mysql_real_connect(mysql, by_socket ? nullptr : options.host.c_str(), options.user.c_str(),
                         options.password.c_str(), options.database.empty() ? nullptr : options.database.c_str(),
                         by_socket ? 0 : options.port, by_socket ? options.socket_path.c_str() : nullptr,
                         CLIENT_FOUND_ROWS) == nullptr) {
    const ServerErrorTraits traits = server_error_traits(mysql_errno(mysql));
    return fail(traits.code, fmt::format("connect to {}: {} ({} {})", options.describe(), mysql_error(mysql),
                                         traits.number, traits.name));
  }

  Connection connection(std::move(state));
  for (const Statement* setting : {&sql::session_charset, &sql::session_settings, &sql::session_isolation})
    TRY_VOID(connection.run(*setting));
  TRY(const RowSet read_back, connection.select(sql::session_read_back));
  TRY_VOID(check_settings(read_back));
  connection.state_->server = identify(read_back);
  return connection;
}

Result<std::int64_t> Connection::execute(const Statement& statement, std::span<const Value> params) {
  TRY(MYSQL_STMT * handle, state_->execute(statement, params));
  if (mysql_stmt_field_count(handle) != 0) {
    mysql_stmt_free_result(handle);
    return fail(Errc::internal, fmt::format("statement {} answers rows: it is not one to execute", statement.name));
  }
  return static_cast<std::int64_t>(mysql_stmt_affected_rows(handle));
}

Result<RowSet> Connection::select(const Statement& statement, std::span<const Value> params) {
  RowSet answer;
  TRY_VOID(select_each(
      statement, params,
      [&](std::span<const std::string_view> names) -> Result<void> {
        answer.columns.assign(names.begin(), names.end());
        return {};
      },
      [&](std::span<const Cell> cells) -> Result<void> {
        auto& row = answer.rows.emplace_back();
        row.reserve(cells.size());
        std::ranges::transform(cells, std::back_inserter(row), make_value);
        return {};
      }));
  return answer;
}

Result<void> Connection::select_each(const Statement& statement, std::span<const Value> params,
                                     const ColumnsFn& columns, const RowFn& row) {
  TRY(MYSQL_STMT * handle, state_->execute(statement, params));
  return state_->fetch(statement, handle, columns, row);
}

Result<void> Connection::stream(const Statement& statement, const TextRowFn& row) {
  TRY_VOID(state_->check_ready(statement));
  MYSQL* mysql = state_->mysql.get();
  if (mysql_real_query(mysql, statement.text.data(), static_cast<unsigned long>(statement.text.size())) != 0)
    return fail(state_->connection_error(statement));
  const ResultHandle rows(mysql_use_result(mysql));
  if (!rows) return fail(state_->connection_error(statement));

  const State::Answering answering(*state_);
  std::vector<TextCell> cells(mysql_num_fields(rows.get()));
  while (const MYSQL_ROW fetched = mysql_fetch_row(rows.get())) {
    const unsigned long* lengths = mysql_fetch_lengths(rows.get());
    for (std::size_t i = 0; i < cells.size(); ++i)
      cells[i] = fetched[i] == nullptr ? TextCell{} : TextCell{std::string_view(fetched[i], lengths[i])};
    TRY_VOID(row(cells));
  }
  if (mysql_errno(mysql) != 0) return fail(state_->connection_error(statement));
  return {};
}

Result<std::int64_t> Connection::execute_texts(const Statement& statement, std::span<const TextCell> cells) {
  TRY(MYSQL_STMT * handle, state_->prepare(statement));
  const std::size_t columns = mysql_stmt_param_count(handle);
  if (columns == 0 || cells.empty() || cells.size() % columns != 0)
    return fail(Errc::internal,
                fmt::format("statement {}: {} cells do not fill rows of {}", statement.name, cells.size(), columns));
  const std::size_t rows = cells.size() / columns;

  // Column-wise arrays, which is what the library sends from.
  std::vector<char*> texts(cells.size());
  std::vector<unsigned long> lengths(cells.size());
  std::vector<char> indicators(cells.size());
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      const TextCell& cell = cells[row * columns + column];
      const std::size_t at = column * rows + row;
      indicators[at] = cell ? STMT_INDICATOR_NONE : STMT_INDICATOR_NULL;
      texts[at] = cell ? const_cast<char*>(cell->data()) : nullptr;  // the library only reads parameters
      lengths[at] = cell ? static_cast<unsigned long>(cell->size()) : 0;
    }
  std::vector<MYSQL_BIND> binds(columns);
  for (std::size_t column = 0; column < columns; ++column) {
    MYSQL_BIND& bind = binds[column];
    const std::size_t at = column * rows;
    bind.buffer_type = rows == 1 && indicators[at] == STMT_INDICATOR_NULL ? MYSQL_TYPE_NULL : MYSQL_TYPE_STRING;
    bind.buffer = rows == 1 ? static_cast<void*>(texts[at]) : static_cast<void*>(texts.data() + at);
    bind.length = lengths.data() + at;
    if (rows > 1) bind.u.indicator = indicators.data() + at;
  }
  const unsigned array_size = rows == 1 ? 0 : static_cast<unsigned>(rows);
  mysql_stmt_attr_set(handle, STMT_ATTR_ARRAY_SIZE, &array_size);
  if (mysql_stmt_bind_param(handle, binds.data()) != 0 || mysql_stmt_execute(handle) != 0)
    return fail(state_->statement_error(statement, handle));
  return static_cast<std::int64_t>(mysql_stmt_affected_rows(handle));
}

Result<void> Connection::run(const Statement& statement) {
  return state_->run(statement);
}

Result<void> Connection::prepare(const Statement& statement) {
  TRY_VOID(state_->prepare(statement));
  return {};
}

Result<void> Connection::begin() {
  if (state_->transaction != State::Transaction::none)
    return fail(Errc::internal, "a transaction is already open on this connection");
  TRY_VOID(state_->run(sql::transaction_begin));
  state_->transaction = State::Transaction::open;
  state_->wants_repeat = false;
  return {};
}

Result<void> Connection::commit() {
  TRY_VOID(state_->check_ready(sql::transaction_commit));
  unsigned status = 0;
  mariadb_get_infov(state_->mysql.get(), MARIADB_CONNECTION_SERVER_STATUS, &status);
  if ((status & SERVER_STATUS_IN_TRANS) == 0)
    return fail(Errc::internal, "the transaction has ended before its commit: a statement in it commits by itself");
  auto committed = state_->run(sql::transaction_commit);
  if (!committed) {
    if (!state_->is_usable) committed.error().message += "; whether the commit took effect is not known";
    return committed;
  }
  state_->transaction = State::Transaction::none;
  return {};
}

void Connection::rollback() noexcept {
  if (state_->transaction == State::Transaction::none) return;
  state_->transaction = State::Transaction::none;
  if (!state_->is_usable) return;
  const auto& text = sql::transaction_rollback.text;
  if (mysql_real_query(state_->mysql.get(), text.data(), static_cast<unsigned long>(text.size())) != 0)
    state_->is_usable = false;
}

bool Connection::in_transaction() const {
  return state_->transaction != State::Transaction::none;
}
bool Connection::is_transaction_lost() const {
  return state_->transaction == State::Transaction::lost;
}
bool Connection::wants_repeat() const {
  return state_->wants_repeat;
}
bool Connection::last_failure_repeats() const {
  return state_->last_failure_repeats;
}
bool Connection::is_usable() const {
  return state_->is_usable;
}
const ServerIdentity& Connection::server() const {
  return state_->server;
}
std::uint64_t Connection::id() const {
  return mysql_thread_id(state_->mysql.get());
}

}  // namespace converge::store

#include "store/server_error.hpp"

#include <algorithm>
#include <array>

namespace converge::store {

namespace {

constexpr auto undone = After::statement_undone;
constexpr auto rolled_back = After::transaction_undone;
constexpr auto lost = After::connection_lost;

constexpr std::array table{
    ServerErrorTraits{1005, Errc::contract_violation, false, undone,
                      "ER_CANT_CREATE_TABLE"},  // MariaDB: a foreign key that leads nowhere
    ServerErrorTraits{1020, Errc::timeout, true, rolled_back, "ER_CHECKREAD"},
    ServerErrorTraits{1021, Errc::unavailable, false, undone, "ER_DISK_FULL"},
    ServerErrorTraits{1030, Errc::unavailable, false, undone, "ER_GET_ERRNO"},
    ServerErrorTraits{1040, Errc::unavailable, false, lost, "ER_CON_COUNT_ERROR"},
    ServerErrorTraits{1044, Errc::denied, false, undone, "ER_DBACCESS_DENIED_ERROR"},
    ServerErrorTraits{1045, Errc::denied, false, lost, "ER_ACCESS_DENIED_ERROR"},
    ServerErrorTraits{1046, Errc::invalid_input, false, undone, "ER_NO_DB_ERROR"},
    ServerErrorTraits{1047, Errc::unavailable, false, undone, "ER_UNKNOWN_COM_ERROR"},  // Galera: node not ready
    ServerErrorTraits{1048, Errc::contract_violation, false, undone, "ER_BAD_NULL_ERROR"},
    ServerErrorTraits{1049, Errc::not_found, false, undone, "ER_BAD_DB_ERROR"},
    ServerErrorTraits{1050, Errc::conflict, false, undone, "ER_TABLE_EXISTS_ERROR"},
    ServerErrorTraits{1051, Errc::contract_violation, false, undone, "ER_BAD_TABLE_ERROR"},
    ServerErrorTraits{1053, Errc::unavailable, false, lost, "ER_SERVER_SHUTDOWN"},
    ServerErrorTraits{1054, Errc::contract_violation, false, undone, "ER_BAD_FIELD_ERROR"},
    ServerErrorTraits{1060, Errc::conflict, false, undone, "ER_DUP_FIELDNAME"},
    ServerErrorTraits{1061, Errc::conflict, false, undone, "ER_DUP_KEYNAME"},
    ServerErrorTraits{1062, Errc::conflict, false, undone, "ER_DUP_ENTRY"},
    ServerErrorTraits{1071, Errc::invalid_input, false, undone, "ER_TOO_LONG_KEY"},
    ServerErrorTraits{1091, Errc::contract_violation, false, undone, "ER_CANT_DROP_FIELD_OR_KEY"},
    ServerErrorTraits{1114, Errc::unavailable, false, undone, "ER_RECORD_FILE_FULL"},
    ServerErrorTraits{1118, Errc::invalid_input, false, undone, "ER_TOO_BIG_ROWSIZE"},
    ServerErrorTraits{1129, Errc::denied, false, lost, "ER_HOST_IS_BLOCKED"},
    ServerErrorTraits{1130, Errc::denied, false, lost, "ER_HOST_NOT_PRIVILEGED"},
    ServerErrorTraits{1138, Errc::contract_violation, false, undone,
                      "ER_INVALID_USE_OF_NULL"},  // a column with NULLs made NOT NULL
    ServerErrorTraits{1142, Errc::denied, false, undone, "ER_TABLEACCESS_DENIED_ERROR"},
    ServerErrorTraits{1143, Errc::denied, false, undone, "ER_COLUMNACCESS_DENIED_ERROR"},
    ServerErrorTraits{1146, Errc::contract_violation, false, undone, "ER_NO_SUCH_TABLE"},
    ServerErrorTraits{1148, Errc::denied, false, undone, "ER_NOT_ALLOWED_COMMAND"},
    ServerErrorTraits{1153, Errc::invalid_input, false, lost, "ER_NET_PACKET_TOO_LARGE"},
    ServerErrorTraits{1170, Errc::invalid_input, false, undone, "ER_BLOB_KEY_WITHOUT_LENGTH"},
    ServerErrorTraits{1203, Errc::unavailable, false, lost, "ER_TOO_MANY_USER_CONNECTIONS"},
    ServerErrorTraits{1205, Errc::timeout, true, undone, "ER_LOCK_WAIT_TIMEOUT"},
    ServerErrorTraits{1213, Errc::timeout, true, rolled_back, "ER_LOCK_DEADLOCK"},
    ServerErrorTraits{1216, Errc::contract_violation, false, undone, "ER_NO_REFERENCED_ROW"},
    ServerErrorTraits{1217, Errc::contract_violation, false, undone, "ER_ROW_IS_REFERENCED"},
    ServerErrorTraits{1226, Errc::rate_limited, false, undone, "ER_USER_LIMIT_REACHED"},
    ServerErrorTraits{1227, Errc::denied, false, undone, "ER_SPECIFIC_ACCESS_DENIED_ERROR"},
    ServerErrorTraits{1264, Errc::contract_violation, false, undone, "ER_WARN_DATA_OUT_OF_RANGE"},
    ServerErrorTraits{1265, Errc::contract_violation, false, undone, "WARN_DATA_TRUNCATED"},
    ServerErrorTraits{1290, Errc::denied, false, undone, "ER_OPTION_PREVENTS_STATEMENT"},
    ServerErrorTraits{1292, Errc::contract_violation, false, undone, "ER_TRUNCATED_WRONG_VALUE"},
    ServerErrorTraits{1317, Errc::timeout, false, undone, "ER_QUERY_INTERRUPTED"},
    ServerErrorTraits{1364, Errc::contract_violation, false, undone, "ER_NO_DEFAULT_FOR_FIELD"},
    ServerErrorTraits{1366, Errc::contract_violation, false, undone, "ER_TRUNCATED_WRONG_VALUE_FOR_FIELD"},
    ServerErrorTraits{1370, Errc::denied, false, undone, "ER_PROCACCESS_DENIED_ERROR"},
    ServerErrorTraits{1406, Errc::contract_violation, false, undone, "ER_DATA_TOO_LONG"},
    ServerErrorTraits{1451, Errc::contract_violation, false, undone, "ER_ROW_IS_REFERENCED_2"},
    ServerErrorTraits{1452, Errc::contract_violation, false, undone, "ER_NO_REFERENCED_ROW_2"},
    ServerErrorTraits{1524, Errc::denied, false, lost, "ER_PLUGIN_IS_NOT_LOADED"},
    ServerErrorTraits{1586, Errc::conflict, false, undone, "ER_DUP_ENTRY_WITH_KEY_NAME"},
    ServerErrorTraits{1690, Errc::contract_violation, false, undone, "ER_DATA_OUT_OF_RANGE"},
    ServerErrorTraits{1698, Errc::denied, false, lost, "ER_ACCESS_DENIED_NO_PASSWORD_ERROR"},
    ServerErrorTraits{1792, Errc::denied, false, undone, "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION"},
    ServerErrorTraits{1820, Errc::denied, false, undone, "ER_MUST_CHANGE_PASSWORD"},
    ServerErrorTraits{1824, Errc::contract_violation, false, undone, "ER_FK_CANNOT_OPEN_PARENT"},
    ServerErrorTraits{1826, Errc::conflict, false, undone, "ER_FK_DUP_NAME"},
    ServerErrorTraits{1836, Errc::unavailable, false, undone, "ER_READ_ONLY_MODE"},
    ServerErrorTraits{1862, Errc::denied, false, lost, "ER_MUST_CHANGE_PASSWORD_LOGIN"},
    ServerErrorTraits{1927, Errc::unavailable, false, lost, "ER_CONNECTION_KILLED"},
    ServerErrorTraits{1969, Errc::timeout, false, undone, "ER_STATEMENT_TIMEOUT"},  // MariaDB max_statement_time
    ServerErrorTraits{2002, Errc::unavailable, false, lost, "CR_CONNECTION_ERROR"},
    ServerErrorTraits{2003, Errc::unavailable, false, lost, "CR_CONN_HOST_ERROR"},
    ServerErrorTraits{2005, Errc::unavailable, false, lost, "CR_UNKNOWN_HOST"},
    ServerErrorTraits{2006, Errc::unavailable, false, lost, "CR_SERVER_GONE_ERROR"},
    ServerErrorTraits{2012, Errc::unavailable, false, lost, "CR_SERVER_HANDSHAKE_ERR"},
    ServerErrorTraits{2013, Errc::unavailable, false, lost, "CR_SERVER_LOST"},
    ServerErrorTraits{2026, Errc::unavailable, false, lost, "CR_SSL_CONNECTION_ERROR"},
    ServerErrorTraits{2055, Errc::unavailable, false, lost, "CR_SERVER_LOST_EXTENDED"},
    ServerErrorTraits{2059, Errc::denied, false, lost, "CR_AUTH_PLUGIN_CANNOT_LOAD"},
    ServerErrorTraits{2061, Errc::denied, false, lost, "CR_AUTH_PLUGIN_ERR"},   // a password that only travels over TLS
    ServerErrorTraits{2068, Errc::denied, false, undone, "CR_FILE_NOT_FOUND"},  // our refusal of LOCAL INFILE
    ServerErrorTraits{3024, Errc::timeout, false, undone, "ER_QUERY_TIMEOUT"},  // MySQL max_execution_time
    ServerErrorTraits{3118, Errc::denied, false, lost, "ER_ACCOUNT_HAS_BEEN_LOCKED"},  // MySQL
    ServerErrorTraits{3159, Errc::denied, false, lost, "ER_SECURE_TRANSPORT_REQUIRED"},
    ServerErrorTraits{3572, Errc::conflict, false, undone, "ER_LOCK_NOWAIT"},
    ServerErrorTraits{3780, Errc::contract_violation, false, undone, "ER_FK_INCOMPATIBLE_COLUMNS"},
    ServerErrorTraits{3819, Errc::contract_violation, false, undone, "ER_CHECK_CONSTRAINT_VIOLATED"},  // MySQL
    ServerErrorTraits{3948, Errc::denied, false, undone, "ER_CLIENT_LOCAL_FILES_DISABLED"},
    ServerErrorTraits{3959, Errc::contract_violation, false, undone, "ER_DEPENDENT_BY_CHECK_CONSTRAINT"},
    ServerErrorTraits{4025, Errc::contract_violation, false, undone, "ER_CONSTRAINT_FAILED"},  // MariaDB
    ServerErrorTraits{4031, Errc::unavailable, false, lost, "ER_CLIENT_INTERACTION_TIMEOUT"},
    ServerErrorTraits{4151, Errc::denied, false, lost, "ER_ACCOUNT_HAS_BEEN_LOCKED"},  // MariaDB
    ServerErrorTraits{4166, Errc::denied, false, undone, "ER_LOAD_INFILE_CAPABILITY_DISABLED"},
};
static_assert(std::ranges::is_sorted(table, {}, &ServerErrorTraits::number));

}  // namespace

std::span<const ServerErrorTraits> server_error_table() {
  return table;
}

ServerErrorTraits server_error_traits(unsigned number) {
  const auto* row = std::ranges::lower_bound(table, number, {}, &ServerErrorTraits::number);
  if (row != table.end() && row->number == number) return *row;
  return {number, Errc::internal, false, undone, "unlisted"};
}

}  // namespace converge::store

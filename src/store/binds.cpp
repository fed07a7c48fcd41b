#include "store/binds.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <chrono>

namespace converge::store {
namespace {

MYSQL_TIME render_time(Date date, enum enum_mysql_timestamp_type type) {
  MYSQL_TIME time{};
  time.year = static_cast<unsigned>(static_cast<int>(date.year()));
  time.month = static_cast<unsigned>(date.month());
  time.day = static_cast<unsigned>(date.day());
  time.time_type = type;
  return time;
}

MYSQL_TIME render_time(Instant at) {
  MYSQL_TIME time = render_time(utc_date(at), MYSQL_TIMESTAMP_DATETIME);
  const std::chrono::hh_mm_ss clock(at - std::chrono::floor<std::chrono::days>(at));
  time.hour = static_cast<unsigned>(clock.hours().count());
  time.minute = static_cast<unsigned>(clock.minutes().count());
  time.second = static_cast<unsigned>(clock.seconds().count());
  time.second_part = static_cast<unsigned long>(clock.subseconds().count());
  return time;
}

Date parse_date_of(const MYSQL_TIME& time) {
  return Date(std::chrono::year(static_cast<int>(time.year)), std::chrono::month(time.month),
              std::chrono::day(time.day));
}

Instant parse_instant_of(const MYSQL_TIME& time) {
  return midnight_utc(parse_date_of(time)) + std::chrono::hours(time.hour) + std::chrono::minutes(time.minute) +
         std::chrono::seconds(time.second) + std::chrono::microseconds(time.second_part);
}

void point_to(MYSQL_BIND& bind, enum_field_types type, const void* held, std::size_t size) {
  bind.buffer_type = type;
  bind.buffer = const_cast<void*>(held);  // the library only reads parameters
  bind.buffer_length = static_cast<unsigned long>(size);
  bind.length_value = bind.buffer_length;
  bind.length = &bind.length_value;
}

}  // namespace

ParameterBinds::ParameterBinds(std::span<const Value> params) : binds_(params.size()) {
  for (std::size_t i = 0; i < params.size(); ++i)
    std::visit([&](const auto& held) { bind(binds_[i], held); }, params[i]);
}

void ParameterBinds::bind(MYSQL_BIND& bind, std::monostate) {
  bind.buffer_type = MYSQL_TYPE_NULL;
}
void ParameterBinds::bind(MYSQL_BIND& bind, const std::int64_t& number) {
  point_to(bind, MYSQL_TYPE_LONGLONG, &number, sizeof number);
}
void ParameterBinds::bind(MYSQL_BIND& bind, const double& number) {
  point_to(bind, MYSQL_TYPE_DOUBLE, &number, sizeof number);
}
void ParameterBinds::bind(MYSQL_BIND& bind, const std::string& text) {
  point_to(bind, MYSQL_TYPE_STRING, text.data(), text.size());
}
void ParameterBinds::bind(MYSQL_BIND& bind, Instant at) {
  point_to(bind, MYSQL_TYPE_DATETIME, &times_.emplace_back(render_time(at)), sizeof(MYSQL_TIME));
}
void ParameterBinds::bind(MYSQL_BIND& bind, Date date) {
  point_to(bind, MYSQL_TYPE_DATE, &times_.emplace_back(render_time(date, MYSQL_TIMESTAMP_DATE)), sizeof(MYSQL_TIME));
}
// As DECIMAL, not as text: a column compared with a text would be compared as double.
void ParameterBinds::bind(MYSQL_BIND& bind, const Decimal& number) {
  const std::string& text = texts_.emplace_back(number.to_string());
  point_to(bind, MYSQL_TYPE_NEWDECIMAL, text.data(), text.size());
}

AnswerBinds::Fetch AnswerBinds::fetch_of(enum_field_types type) {
  switch (type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR: return Fetch::integer;
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE: return Fetch::real;
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_TIMESTAMP: return Fetch::instant;
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE: return Fetch::date;
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL: return Fetch::decimal;
    default: return Fetch::text;
  }
}

void AnswerBinds::Column::bind(MYSQL_BIND& bind) {
  switch (fetch) {
    case Fetch::integer: point(bind, MYSQL_TYPE_LONGLONG, &integer, sizeof integer); break;
    case Fetch::real: point(bind, MYSQL_TYPE_DOUBLE, &real, sizeof real); break;
    case Fetch::instant: point(bind, MYSQL_TYPE_DATETIME, &time, sizeof time); break;
    case Fetch::date: point(bind, MYSQL_TYPE_DATE, &time, sizeof time); break;
    case Fetch::decimal:
    case Fetch::text: point(bind, MYSQL_TYPE_STRING, text.data(), text.size()); break;
  }
}

void AnswerBinds::Column::point(MYSQL_BIND& bind, enum_field_types type, void* place, std::size_t size) {
  bind.buffer_type = type;
  bind.buffer = place;
  bind.buffer_length = static_cast<unsigned long>(size);
  bind.length = &length;
  bind.is_null = &is_null;
  bind.error = &is_cut;
}

Result<Cell> AnswerBinds::Column::cell() const {
  if (is_null) return Cell{};
  const std::string_view bytes(text.data(), std::min<std::size_t>(length, text.size()));
  switch (fetch) {
    case Fetch::integer: return Cell{integer};
    case Fetch::real: return Cell{real};
    case Fetch::instant: return Cell{parse_instant_of(time)};
    case Fetch::date: return Cell{parse_date_of(time)};
    case Fetch::decimal: {
      TRY(auto number, Decimal::parse(bytes));
      return Cell{number};
    }
    case Fetch::text: break;
  }
  return Cell{bytes};
}

AnswerBinds::AnswerBinds(std::span<const MYSQL_FIELD> fields)
    : columns_(fields.size()), binds_(fields.size()), cells_(fields.size()) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    names_.emplace_back(fields[i].name, fields[i].name_length);
    columns_[i].fetch = fetch_of(fields[i].type);
    columns_[i].text.resize(fields[i].max_length);
    columns_[i].bind(binds_[i]);
  }
}

Result<std::span<const Cell>> AnswerBinds::read(const Statement& statement) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].is_cut && !columns_[i].is_null)
      return fail(Errc::contract_violation,
                  fmt::format("statement {}: column {} holds more than fits", statement.name, names_[i]));
    auto cell = columns_[i].cell();
    if (!cell)
      return fail(Errc::contract_violation,
                  fmt::format("statement {}: column {}: {}", statement.name, names_[i], cell.error().message));
    cells_[i] = *cell;
  }
  return std::span<const Cell>(cells_);
}

}  // namespace converge::store

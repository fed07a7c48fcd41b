// store/binds.hpp — between our values and the buffers that the client library reads and writes. For connection.cpp.
#pragma once
#include "base/result.hpp"
#include "store/value.hpp"

#include <mysql.h>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace converge::store {

// Parameters in the shape the library wants. Holds what the binds point to; the values must outlive it.
class ParameterBinds {
 public:
  explicit ParameterBinds(std::span<const Value> params);
  MYSQL_BIND* data() { return binds_.data(); }

 private:
  void bind(MYSQL_BIND& bind, std::monostate);
  void bind(MYSQL_BIND& bind, const std::int64_t& number);
  void bind(MYSQL_BIND& bind, const double& number);
  void bind(MYSQL_BIND& bind, const std::string& text);
  void bind(MYSQL_BIND& bind, Instant at);
  void bind(MYSQL_BIND& bind, Date date);
  void bind(MYSQL_BIND& bind, const Decimal& number);

  std::vector<MYSQL_BIND> binds_;
  std::deque<MYSQL_TIME> times_;
  std::deque<std::string> texts_;
};

// Where the rows of an answer land, one after the other.
class AnswerBinds {
 public:
  // The description of the columns must outlive it.
  explicit AnswerBinds(std::span<const MYSQL_FIELD> fields);
  AnswerBinds(const AnswerBinds&) = delete;
  AnswerBinds& operator=(const AnswerBinds&) = delete;
  MYSQL_BIND* data() { return binds_.data(); }
  std::span<const std::string_view> names() const { return names_; }

  // The row that was fetched last; valid until the next one is.
  // errors: contract_violation naming the column whose value does not fit or cannot be read
  Result<std::span<const Cell>> read(const Statement& statement);

 private:
  enum class Fetch { integer, real, instant, date, decimal, text };
  static Fetch fetch_of(enum_field_types type);

  // One column's landing place.
  struct Column {
    Fetch fetch = Fetch::text;
    std::int64_t integer = 0;
    double real = 0;
    MYSQL_TIME time{};
    std::string text;
    unsigned long length = 0;
    my_bool is_null = 0;
    my_bool is_cut = 0;

    void bind(MYSQL_BIND& bind);
    void point(MYSQL_BIND& bind, enum_field_types type, void* place, std::size_t size);
    Result<Cell> cell() const;
  };

  std::vector<std::string_view> names_;
  std::vector<Column> columns_;
  std::vector<MYSQL_BIND> binds_;
  std::vector<Cell> cells_;
};

}  // namespace converge::store

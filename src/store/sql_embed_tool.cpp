// sql_embed HEADER SOURCE FILE.sql... — writes the C++ of all named statements.
#include "store/sql_file.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace {

using namespace converge;

Result<std::vector<store::NamedSql>> load_all(std::span<char*> paths) {
  std::vector<store::NamedSql> all;
  for (const char* path : paths) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(Errc::not_found, std::string("cannot read ") + path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    TRY(auto statements, store::parse_sql_file(text, path));
    std::ranges::move(statements, std::back_inserter(all));
  }
  return all;
}

Result<void> write(const char* path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return fail(Errc::unavailable, std::string("cannot write ") + path);
  return {};
}

Result<void> embed(std::span<char*> arguments) {
  if (arguments.size() < 2) return fail(Errc::invalid_input, "usage: sql_embed HEADER SOURCE FILE.sql...");
  TRY(const auto all, load_all(arguments.subspan(2)));
  TRY(const auto header, store::render_sql_header(all));
  TRY_VOID(write(arguments[0], header));
  return write(arguments[1], store::render_sql_source(all));
}

}  // namespace

int main(int count, char** arguments) {
  const auto done = embed(std::span(arguments, static_cast<std::size_t>(count)).subspan(1));
  if (done) return exit_ok;
  std::fprintf(stderr, "%s\n", render_error(done.error()).c_str());
  return error_traits(done.error().code).exit_status;
}

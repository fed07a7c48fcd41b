// contract_codegen OUT.hpp CONTRACT... — writes the C++ rows of the contracts named, in that order.
#include "contract/codegen.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

using namespace converge;

Result<std::string> load_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!(text << file.rdbuf())) return fail(Errc::not_found, "read contract " + path.string());
  return std::move(text).str();
}

Result<void> run_codegen(const std::filesystem::path& out, std::span<char*> paths) {
  std::vector<contract::Contract> contracts;
  for (const std::filesystem::path path : paths) {
    TRY(const std::string text, load_text(path));
    TRY(contract::Contract loaded, contract::load_contract(text, path.string()));
    contracts.push_back(std::move(loaded));
  }
  std::filesystem::create_directories(out.parent_path());
  std::ofstream file(out, std::ios::binary);
  if (!(file << contract::render_rows_header(contracts)).flush())
    return fail(Errc::unavailable, "write " + out.string());
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  if (words.size() < 3) {
    std::cerr << "usage: contract_codegen OUT.hpp CONTRACT...\n";
    return error_traits(Errc::invalid_input).exit_status;
  }
  const Result<void> written = run_codegen(words[1], words.subspan(2));
  if (written) return exit_ok;
  std::cerr << render_error(written.error()) << '\n';
  return error_traits(written.error().code).exit_status;
}

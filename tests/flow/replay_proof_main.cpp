// replay_proof — the promises of a replay at full size, on the server that CONVERGE_SERVER asks for (MySQL without it).
//
//   replay_proof same            two replays from nothing, every table exported by the program too
//   replay_proof kills [N]       kill -9 of the program at N moments (30)
//   replay_proof server_kills [N]   kill -9 of its database server at N moments (10)
//   replay_proof cuts [N]        the prices cut off at N days (25)
//   replay_proof martingales [N]    N whole replays on martingale prices (20)
//
// CONVERGE_PROOF_SEED chooses other moments, CONVERGE_PROOF_TO another last day. Exit status 1 when something is not as promised.
#include "flow/replay_proof.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <string_view>

namespace {

using converge::flow::Faults;
using converge::flow::ProofPlan;
using converge::flow::ReplayProof;

struct Proof {
  std::string_view name;
  std::size_t size;
  Faults (*run)(const ProofPlan& plan, std::size_t size);
};

Faults run_martingales(const ProofPlan& given, std::size_t size) {
  ProofPlan plan = given;
  plan.change.without_models = {"sp500_vol5"};
  return ReplayProof(plan).martingales(size).faults;
}

constexpr std::array<Proof, 5> proofs{{
    {"same", 0, [](const ProofPlan& plan, std::size_t) { return ReplayProof(plan).same_bytes(true); }},
    {"kills", 30, [](const ProofPlan& plan, std::size_t size) { return ReplayProof(plan).killed_program(size); }},
    {"server_kills", 10, [](const ProofPlan& plan, std::size_t size) { return ReplayProof(plan).killed_server(size); }},
    {"cuts", 25, [](const ProofPlan& plan, std::size_t size) { return ReplayProof(plan).cut_file(size, 4); }},
    {"martingales", 20, run_martingales},
}};

std::size_t read_number(const char* text, std::size_t otherwise) {
  std::size_t number = otherwise;
  if (text != nullptr) std::from_chars(text, text + std::string_view(text).size(), number);
  return number;
}

int run(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  const auto* proof = std::ranges::find(proofs, name, &Proof::name);
  if (proof == proofs.end()) {
    fmt::print(stderr, "usage: replay_proof same|kills|server_kills|cuts|martingales [SIZE]\n");
    return 64;
  }
  setenv("CONVERGE_SERVER", "mysql", 0);
  ProofPlan plan;
  plan.folder = std::filesystem::temp_directory_path() / fmt::format("converge_proof_{}", getpid());
  plan.seed = read_number(std::getenv("CONVERGE_PROOF_SEED"), 1);
  if (const char* to = std::getenv("CONVERGE_PROOF_TO")) plan.to = to;
  const Faults faults = proof->run(plan, read_number(argc > 2 ? argv[2] : nullptr, proof->size));
  for (const std::string& fault : faults) fmt::print("FAULT {}\n", fault);
  fmt::print("{}: {} on {}\n", proof->name, faults.empty() ? "as promised" : "NOT AS PROMISED",
             std::getenv("CONVERGE_SERVER"));
  if (faults.empty()) std::filesystem::remove_all(plan.folder);
  return faults.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (sodium_init() < 0) return 70;
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print("FAULT {}\n", error.what());
    return 1;
  }
}

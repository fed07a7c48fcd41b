// tests/flow/replay_proof.hpp — what a replay promises, as proofs of any size: small in `make test`, full in `make prove`.
//
// Every proof works on desks of its own below `folder`, logs what it did and when, and returns what is wrong. Random
// moments follow from `seed`, so that a failure can be run again.
#pragma once
#include "flow/desk_tables.hpp"
#include "flow/replay_desk.hpp"

#include <cstdint>
#include <memory>

namespace converge::flow {

struct ProofPlan {
  std::filesystem::path folder;
  std::uint64_t seed = 1;
  std::string from = "2015-01-02";
  std::string to = "2020-04-17";
  DeskChange change;
  std::string explained_model = "sp500_vol5";
};

// A replay that nobody disturbs, its tables and how long its parts take.
struct CalmReplay {
  std::unique_ptr<ReplayDesk> desk;
  Tables tables;
  std::string explanation;       // `model explain --json`
  milliseconds to_first_tick{};  // from the start of the program, on an empty folder
  milliseconds to_last_tick{};
  milliseconds whole{};
};

class ReplayProof {
 public:
  explicit ReplayProof(ProofPlan plan);

  // Another replay from nothing gives the same bytes: every table, read here and, with `through_program`, also by
  // `converge export`; `model explain`; the files of the docs target. A third run changes nothing.
  Faults same_bytes(bool through_program);

  // One replay whose program is ended by kill -9 at `kills` moments and started again.
  Faults killed_program(std::size_t kills);
  // One replay, one process, whose database server is ended by kill -9 at `kills` moments.
  Faults killed_server(std::size_t kills);

  // The prices are cut off before each of `cuts` days in turn. One desk has the file up to the cut only. Another has all of
  // it, and all of it in its bars from the start, known or not. At each cut both must hold the same rows in every table, and
  // the feature matrix at the cut must be the beginning of the matrix of the whole file.
  // `from_nothing` of the cuts are replayed once more on an empty desk.
  Faults cut_file(std::size_t cuts, std::size_t from_nothing);

  // Whole replays on made-up prices, one after the other: martingales with the days of the sample. Logs each; `crowned`
  // is the number that ever had a champion.
  struct MartingaleCount {
    std::size_t replays = 0;
    std::size_t crowned = 0;
    std::size_t attempts = 0;  // gate decisions in all
    Faults faults;
  };
  MartingaleCount martingales(std::size_t replays);

 private:
  const CalmReplay& calm();
  Words replay_words() const { return {"run", "--from", plan_.from, "--to", plan_.to}; }
  std::unique_ptr<ReplayDesk> make_desk(const std::string& name) const;
  Faults compare_with_calm(ReplayDesk& desk, std::size_t kills);  // keeps its server

  ProofPlan plan_;
  CalmReplay calm_;
};

}  // namespace converge::flow

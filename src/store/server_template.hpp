// store/server_template.hpp — data folders of private servers: initialised once per server version, then copied.
#pragma once
#include "store/server_binary.hpp"

#include <filesystem>

namespace converge::store {

// A fresh data folder at `data_dir`, which must not exist: complete or not there at all, also after a crash on the way.
// The template is kept in `cache_dir`; 3 s the first time, then 0.1 s. Threads and processes: any number at once.
// errors: unavailable with what the server's initialisation printed
Result<void> make_server_data(const ServerBinary& binary, const std::filesystem::path& cache_dir,
                              const std::filesystem::path& data_dir);

}  // namespace converge::store

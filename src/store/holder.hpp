// store/holder.hpp — who holds a lease or a job, written so that another process can prove that the holder is dead.
#pragma once
#include <sys/types.h>
#include <optional>
#include <string>
#include <string_view>

namespace converge::store {

// "boot/namespace/pid/start" of the calling process: the kernel's boot id, the inode of the pid namespace, the process id,
// and the process's start in clock ticks since boot. Unique among all processes that ever ran on any machine.
std::string this_process_holder();
// The same text for another process of this machine.
std::string process_holder(pid_t pid);
// The pid in such a text; nothing when it is not one. Whether the process is still that one, process_holder says.
std::optional<pid_t> find_holder_pid(std::string_view holder);

// True only when that process certainly no longer runs: it was started since the same boot, in the same pid namespace, and
// its pid is free, taken by a process with another start, or a zombie. A holder on another machine, in another
// container, from before a reboot, or in an unknown form may be alive: false. Such a hold ends when its lease does.
bool is_provably_dead(std::string_view holder);

}  // namespace converge::store

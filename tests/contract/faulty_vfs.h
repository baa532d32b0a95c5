#pragma once
// SQLite's operating system layer with a switch: a disk that is full, or that cannot sync.

namespace chatcore::contract {

enum class DiskFault { none, full, failing_sync };

/// Registers the layer under this name, over SQLite's default one. Threads: any.
const char* faulty_vfs();

/// From now on, for every file opened through it.
void set_disk_fault(DiskFault fault);

}  // namespace chatcore::contract

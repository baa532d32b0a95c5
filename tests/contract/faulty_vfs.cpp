#include "contract/faulty_vfs.h"

#include <atomic>
#include <cstring>
#include <mutex>

#include <sqlite3.h>

namespace chatcore::contract {
namespace {

constexpr const char* name = "chatcore-faulty";
std::atomic<DiskFault> current{DiskFault::none};

/// In front of the file of the layer below, which lies right behind it in memory.
struct File {
    sqlite3_file base;

    static sqlite3_file* real(sqlite3_file* file) {
        return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
    }
};

int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    if (current == DiskFault::full) return SQLITE_FULL;
    sqlite3_file* real = File::real(file);
    return real->pMethods->xWrite(real, bytes, size, offset);
}

int sync(sqlite3_file* file, int flags) {
    if (current == DiskFault::failing_sync) return SQLITE_IOERR_FSYNC;
    sqlite3_file* real = File::real(file);
    return real->pMethods->xSync(real, flags);
}

/// A method that only hands its call on to the layer below.
template <auto Method>
struct Forward;
template <class... Args, int (*sqlite3_io_methods::*Method)(sqlite3_file*, Args...)>
struct Forward<Method> {
    static int call(sqlite3_file* file, Args... args) {
        sqlite3_file* real = File::real(file);
        return (real->pMethods->*Method)(real, args...);
    }
};

void shm_barrier(sqlite3_file* file) {
    sqlite3_file* real = File::real(file);
    real->pMethods->xShmBarrier(real);
}

using Io = sqlite3_io_methods;
const sqlite3_io_methods methods = {
    2,  // without memory-mapped reading, which would pass the switch by
    Forward<&Io::xClose>::call,
    Forward<&Io::xRead>::call,
    write,
    Forward<&Io::xTruncate>::call,
    sync,
    Forward<&Io::xFileSize>::call,
    Forward<&Io::xLock>::call,
    Forward<&Io::xUnlock>::call,
    Forward<&Io::xCheckReservedLock>::call,
    Forward<&Io::xFileControl>::call,
    Forward<&Io::xSectorSize>::call,
    Forward<&Io::xDeviceCharacteristics>::call,
    Forward<&Io::xShmMap>::call,
    Forward<&Io::xShmLock>::call,
    shm_barrier,
    Forward<&Io::xShmUnmap>::call,
    nullptr,
    nullptr,
};

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* opened_flags) {
    auto* below = static_cast<sqlite3_vfs*>(vfs->pAppData);
    sqlite3_file* real = File::real(file);
    std::memset(real, 0, static_cast<std::size_t>(below->szOsFile));
    const int code = below->xOpen(below, path, real, flags, opened_flags);
    file->pMethods = real->pMethods == nullptr ? nullptr : &methods;
    return code;
}

}  // namespace

const char* faulty_vfs() {
    static std::once_flag once;
    std::call_once(once, [] {
        static sqlite3_vfs vfs;
        sqlite3_vfs* below = sqlite3_vfs_find(nullptr);
        vfs = *below;
        vfs.pNext = nullptr;
        vfs.zName = name;
        vfs.pAppData = below;
        vfs.szOsFile = static_cast<int>(sizeof(File)) + below->szOsFile;
        vfs.xOpen = open;
        sqlite3_vfs_register(&vfs, 0);
    });
    return name;
}

void set_disk_fault(DiskFault fault) {
    current = fault;
}

}  // namespace chatcore::contract

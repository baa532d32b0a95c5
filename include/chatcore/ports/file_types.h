#pragma once
// Threads:   any, several at once.
// Blocking:  no; computes for up to some milliseconds, so not on an I/O thread.
// Lifetime:  outlives the Engine.
// Errors:    none; what is not known is `application/octet-stream`.
// Checked by: unit/file_types_test.cpp

#include <string>
#include <string_view>

namespace chatcore {

/// Tells what kind of file begins with these bytes.
class FileTypes {
public:
    virtual ~FileTypes() = default;

    /// A media type in lower case and without parameters (RFC 6838); `text/plain` for what is text
    /// of no kind that is known, `application/octet-stream` for anything else.
    virtual std::string type_of(std::string_view beginning) = 0;
};

}  // namespace chatcore

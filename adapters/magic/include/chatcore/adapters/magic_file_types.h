#pragma once
// Kinds of files by libmagic and its database.

#include <memory>

#include "chatcore/ports/file_types.h"
#include "chatcore/result.h"

namespace chatcore {

/// Threads: any; they take turns, since libmagic's state is of one at a time.
class MagicFileTypes final : public FileTypes {
public:
    /// `unavailable` where libmagic cannot read its database.
    static Result<std::unique_ptr<MagicFileTypes>> load();
    ~MagicFileTypes() override;

    std::string type_of(std::string_view beginning) override;

private:
    struct State;
    explicit MagicFileTypes(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace chatcore

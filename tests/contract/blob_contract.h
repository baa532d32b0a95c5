#pragma once
// What every BlobStore promises: memory, files, and those that are to come.

#include <functional>
#include <memory>

#include "chatcore/ports/blob_store.h"

#include "contract/findings.h"

namespace chatcore::contract {

/// An empty store of blobs.
class BlobSubject {
public:
    virtual ~BlobSubject() = default;

    virtual BlobStore& blobs() = 0;
    /// Ends and starts again over the same state, as a process would; its puts under way are gone
    /// without a word, as they are when a process is killed.
    virtual void restart() = 0;
};

using BlobFactory = std::function<std::unique_ptr<BlobSubject>()>;

Findings check_blob_contract(const BlobFactory& make);

}  // namespace chatcore::contract

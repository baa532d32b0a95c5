#pragma once
// Exports and imports of a broken store.

#include <algorithm>
#include <map>

#include "chatcore/ports/transfer_store.h"
#include "chatcore/rules/import_rules.h"

#include "contract/broken_hands.h"

namespace chatcore::contract {

class BrokenSnapshot final : public StoreSnapshot {
public:
    BrokenSnapshot(TransferStore& real, Hands hands) : real_(real), hands_(hands) { take(); }

    const RecordCounts& counts() const override { return now_->counts(); }
    Result<std::vector<Record>> next(int limit) override {
        if (hands_.is(StoreFault::exports_what_comes_later)) take();
        Result<std::vector<Record>> page = now_->next(limit);
        if (!page) return page;
        given_ += page->size();
        for (Record& record : *page) {
            auto* message = std::get_if<MessageRecord>(&record);
            if (message != nullptr && hands_.is(StoreFault::exports_no_digests))
                message->digest = 0;
            auto* room = std::get_if<RoomRecord>(&record);
            if (room != nullptr && hands_.is(StoreFault::forgets_to_clear)) room->to_clear = false;
            if (room != nullptr && hands_.is(StoreFault::exports_no_requests))
                room->request.reset();
            if (room != nullptr && hands_.is(StoreFault::exports_nothing_shared))
                room->shared = false;
        }
        const bool friends =
            !page->empty() && std::holds_alternative<FriendshipRecord>(page->front());
        if (friends && hands_.is(StoreFault::exports_no_friends)) return next(limit);
        return page;
    }

private:
    /// Of this moment, behind what was given.
    void take() {
        now_ = std::move(real_.snapshot()).value();
        for (std::size_t i = 0; i < given_; ++i) static_cast<void>(now_->next(1));
    }

    TransferStore& real_;
    Hands hands_;
    std::unique_ptr<StoreSnapshot> now_;
    std::size_t given_ = 0;
};

class BrokenImport final : public StoreImport {
public:
    BrokenImport(std::unique_ptr<StoreImport> real, Hands hands)
        : real_(std::move(real)), hands_(hands) {}

    Status put(std::span<const Record> records) override {
        Status status;
        for (std::size_t i = 0; i < records.size() && status; ++i) {
            status = real_->put(records.subspan(i, 1));
            if (!status && !hands_.is(StoreFault::blames_the_first)) {
                // That of the one is told, and it is another of all.
                Error error = status.error();
                error.detail = error.detail.substr(0, error.detail.find(' '));
                status = about_record(unexpected(std::move(error)), i);
            }
            if (hands_.is(StoreFault::imports_anything)) status = {};
            const auto* account = std::get_if<Account>(&records[i]);
            if (account != nullptr) pictures_[account->profile.id] = account->profile;
        }
        if (hands_.is(StoreFault::opens_what_is_not_whole)) hands_.tables().importing = false;
        return status;
    }
    Status finish() override {
        Status status = real_->finish();
        if (hands_.is(StoreFault::imports_any_picture)) {
            for (const auto& [id, profile] : pictures_)
                hands_.tables().accounts.at(id).profile = profile;
        }
        if (hands_.is(StoreFault::numbers_anew)) hands_.tables().notification = {};
        if (hands_.is(StoreFault::forgets_imported_keys)) hands_.tables().posts.clear();
        return status;
    }

private:
    std::unique_ptr<StoreImport> real_;
    Hands hands_;
    std::map<UserId, Profile> pictures_;  ///< as they were put
};

class BrokenTransfer final : public TransferStore {
public:
    BrokenTransfer(TransferStore& real, Hands hands) : real_(real), hands_(hands) {}

    Result<std::unique_ptr<StoreSnapshot>> snapshot() override {
        return std::unique_ptr<StoreSnapshot>(std::make_unique<BrokenSnapshot>(real_, hands_));
    }
    Result<std::unique_ptr<StoreImport>> begin_import() override {
        if (hands_.is(StoreFault::fills_what_is_full)) hands_.tables() = {};
        auto begun = real_.begin_import();
        if (!begun) return begun;
        return std::unique_ptr<StoreImport>(
            std::make_unique<BrokenImport>(std::move(*begun), hands_));
    }

private:
    TransferStore& real_;
    Hands hands_;
};

}  // namespace chatcore::contract

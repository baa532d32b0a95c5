#pragma once
// What every TransferStore promises; and a way to hold a store against every other suite after all
// that is in it has been carried into another.

#include <functional>
#include <vector>

#include "chatcore/domain/record.h"

#include "contract/store_world.h"

namespace chatcore::contract {

/// What records are taken through on their way: as they are, or as lines of text.
using Carriage = std::function<std::vector<Record>(std::vector<Record>)>;

Findings check_transfer_contract(const StoreSubjectFactory& make);

/// Makes subjects whose every restart carries all records into a new one of `kinds`, in turn, and
/// goes on with that. What the copy gives must be what it was given; else it is not opened.
StoreSubjectFactory transferred(std::vector<StoreSubjectFactory> kinds,
                                const Carriage& carriage = {});

/// All records of the store, in their order.
std::vector<Record> records_of(Store& store, int page = 7);
/// Into an empty store, a few at a time; `taken` is told how many were good.
Status fill(Store& empty, std::span<const Record> records, std::size_t batch = 5,
            std::size_t* taken = nullptr);
/// Makes some of every kind of record there is.
void make_everything(StoreWorld& world);

}  // namespace chatcore::contract

#pragma once
// The reads of consultations.

#include "chatcore/ports/consultation_reader.h"

#include "connection.h"

namespace chatcore::sqlite {

/// Threads: as the store's connection, one at a time.
class SqliteConsultationReader final : public ConsultationReader {
public:
    explicit SqliteConsultationReader(Connection& connection);

    Result<Page<Room>> of_person(UserId user, const ConsultationQuery& query) override;
    Result<std::optional<Room>> find(const DirectKey& key) override;
    Result<std::optional<Room>> asked_before(UserId requester, const ClientKey& key,
                                             std::uint64_t digest) override;
    Result<std::vector<Room>> active(RoomId after, int limit) override;

private:
    Statement of_person_;
    Statement of_person_in_;
    Statement direct_room_;
    Statement request_;
    Statement active_;
};

}  // namespace chatcore::sqlite

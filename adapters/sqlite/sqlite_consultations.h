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
    Result<std::vector<Room>> active(RoomId after, int limit) override;

private:
    Statement of_person_;
    Statement of_person_in_;
    Statement active_;
};

}  // namespace chatcore::sqlite

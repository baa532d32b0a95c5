// Bodies of Engine.IO: the input is one POST of a session of polling. Whatever it says, its records
// are all of it, packets come back as they were, the request is answered, and nothing of a session
// that has ended is left.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engineio_world.h"
#include "gateway/engineio/packet.h"
#include "gateway/http/base64.h"

using namespace chatcore::gateway;
using namespace chatcore::gateway::test;

namespace {

void check_records(std::string_view input) {
    std::string joined;
    std::optional<std::string_view> body = input;
    bool first = true;
    while (const auto record = engineio::next_record(body)) {
        if (!std::exchange(first, false)) joined += engineio::record_separator;
        joined += *record;
        require(record->find(engineio::record_separator) == record->npos, "a record is one");
        const auto packet = engineio::parse_packet(*record, true);
        if (!packet) continue;
        require(packet->data == record->substr(1), "a packet has its data");
        if (packet->type != engineio::PacketType::binary) continue;
        if (const auto bytes = from_base64(packet->data))
            require(from_base64(to_base64(*bytes)) == bytes, "bytes come back");
    }
    require(joined == input, "records are all of a body");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    check_records(input);
    static NativeWorld world;
    PollingClient client(world);
    const int status = client.post(input);
    require(status == 200 || status == 400, "a POST is answered by one of two");
    require(status == 200 || client.over(), "what is refused is over");
    client.poll();
    return 0;
}

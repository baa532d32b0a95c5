// Uploading files in pieces as they come in, and giving them out in pieces, whole or in part.

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "gateway/doors/v1/answer.h"
#include "gateway/doors/v1/groups.h"
#include "gateway/doors/v1/input.h"
#include "gateway/http/byte_range.h"
#include "gateway/http/disposition.h"

namespace chatcore::gateway::v1 {

namespace {

/// Bytes of an upload that wait for the disk: above the one the connection is not read, below the
/// other it is again.
constexpr std::size_t waiting_bytes_max = 256 * 1024;
constexpr std::size_t waiting_bytes_low = 128 * 1024;

/// The first piece of a file, read before the answer's head says that there is one.
constexpr std::size_t first_piece_bytes = 64 * 1024;

void write_upload(JsonWriter& out, const Upload& upload) {
    out.begin_object()
        .member("id", upload.id)
        .member("url", attachment_url(upload.id))
        .member("name", upload.name)
        .member("size", upload.size_bytes)
        .member("contentType", upload.content_type)
        .end_object();
}

/// The connection's bytes on their way to an upload.
class UploadSink final : public BodySink, public std::enable_shared_from_this<UploadSink> {
public:
    UploadSink(ExchangePtr exchange, std::unique_ptr<AttachmentUpload> upload)
        : exchange_(std::move(exchange)), upload_(std::move(upload)) {}

    void piece(std::string bytes) override {
        waiting_ += bytes.size();
        if (waiting_ > waiting_bytes_max && !std::exchange(paused_, true)) exchange_->pause_body();
        // Weak: a client that goes takes the sink with it, and the upload, at once.
        upload_->append(std::move(bytes), [weak = weak_from_this()](Result<std::size_t> taken) {
            if (const auto self = weak.lock()) self->taken(taken);
        });
    }

    void complete() override {
        upload_->finish([self = shared_from_this()](const Result<Upload>& upload) {
            if (!upload) return self->exchange_->respond_error(upload.error());
            Response response;
            response.status = 201;
            response.headers.add("Content-Type", "application/json; charset=utf-8");
            response.headers.add("Cache-Control", "no-store");
            response.headers.add("Location", attachment_url(upload->id));
            std::string body;
            JsonWriter out(body, self->exchange_->legacy != nullptr ? &no_marks : nullptr);
            write_upload(out, *upload);
            response.body = self->exchange_->formed(std::move(body));
            self->exchange_->respond(std::move(response));
        });
    }

private:
    void taken(const Result<std::size_t>& taken) {
        if (!taken) return exchange_->respond_error(taken.error());
        waiting_ -= *taken;
        if (waiting_ <= waiting_bytes_low && std::exchange(paused_, false))
            exchange_->resume_body();
    }

    ExchangePtr exchange_;
    std::unique_ptr<AttachmentUpload> upload_;
    std::size_t waiting_ = 0;
    bool paused_ = false;
};

/// A part of a file, as the connection takes it.
class FileSource final : public BodySource {
public:
    FileSource(Engine& engine, int home, AttachmentId id, ByteRange range, std::string first,
               std::unique_ptr<DownloadPlace> place)
        : engine_(engine),
          home_(home),
          id_(id),
          next_(range.first),
          first_(std::move(first)),
          place_(std::move(place)) {}

    void next(std::size_t size_max, Completion<std::string> done) override {
        if (!first_.empty()) {
            std::string piece = std::exchange(first_, {});
            if (piece.size() > size_max) {
                first_ = piece.substr(size_max);
                piece.resize(size_max);
            }
            next_ += static_cast<std::int64_t>(piece.size());
            done(std::move(piece));
            return;
        }
        engine_.attachments().read(home_, id_, next_, size_max, std::move(done));
        next_ += static_cast<std::int64_t>(size_max);
    }

private:
    Engine& engine_;
    const int home_;
    const AttachmentId id_;
    std::int64_t next_;
    std::string first_;
    const std::unique_ptr<DownloadPlace> place_;
};

/// What browsers show without running anything in it. All else is kept as a file.
bool is_shown(std::string_view type) {
    static constexpr std::array<std::string_view, 7> pictures = {
        "image/avif", "image/bmp",  "image/gif",  "image/jpeg",
        "image/png",  "image/webp", "text/plain",
    };
    return type.starts_with("video/") || type.starts_with("audio/") ||
           std::find(pictures.begin(), pictures.end(), type) != pictures.end();
}

Response head_of(const Upload& upload, std::string_view tag) {
    Response response;
    const bool shown = is_shown(upload.content_type);
    const bool text = upload.content_type.starts_with("text/");
    response.headers.add("Content-Type", upload.content_type + (text ? "; charset=utf-8" : ""));
    response.headers.add("Content-Disposition", content_disposition(shown, upload.name));
    response.headers.add("ETag", tag);
    response.headers.add("Accept-Ranges", "bytes");
    // Kept by the client alone, which asks again each time whether it may still have it.
    response.headers.add("Cache-Control", "private, no-cache");
    response.headers.add("Vary", "Authorization");
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("Referrer-Policy", "no-referrer");  // the address may hold a token
    if (!shown) response.headers.add("Content-Security-Policy", "default-src 'none'; sandbox");
    return response;
}

void give(Engine& engine, const ExchangePtr& exchange, const Upload& upload) {
    // The bytes behind an id never change, so the id is all that a tag needs.
    const std::string tag = fmt::format("\"a{:x}\"", upload.id.value);
    Response response = head_of(upload, tag);
    if (is_known(exchange->request, tag)) {
        response.status = 304;
        return exchange->respond(std::move(response));
    }
    const RangeAnswer asked = range_of(exchange->request, tag, upload.size_bytes);
    if (asked.unsatisfiable) {
        Response refusal;
        refusal.status = 416;
        refusal.headers.add("Content-Range", fmt::format("bytes */{}", upload.size_bytes));
        refusal.headers.add("Accept-Ranges", "bytes");
        return exchange->respond_refusal(std::move(refusal), ErrorCode::malformed,
                                         "The file has no bytes in this range.");
    }
    const ByteRange range = asked.range.value_or(ByteRange{0, upload.size_bytes - 1});
    if (asked.range) {
        response.status = 206;
        response.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.last,
                                                          upload.size_bytes));
    }
    if (exchange->request.method() == "HEAD")
        return exchange->respond_streamed(std::move(response), {range.length(), nullptr});
    Result<std::unique_ptr<DownloadPlace>> place =
        engine.attachments().begin_download(exchange->caller);
    if (!place) return exchange->respond_error(place.error());
    const auto first_bytes = static_cast<std::size_t>(
        std::min<std::int64_t>(range.length(), static_cast<std::int64_t>(first_piece_bytes)));
    engine.attachments().read(
        exchange->home(), upload.id, range.first, first_bytes,
        [&engine, exchange, id = upload.id, range, place = std::move(*place),
         response = std::move(response)](Result<std::string> first) mutable {
            if (!first) return exchange->respond_error(first.error());
            if (first->empty()) return exchange->respond_error(Error{ErrorCode::corrupt, "blob"});
            StreamedBody body{range.length(),
                              std::make_unique<FileSource>(engine, exchange->home(), id, range,
                                                           std::move(*first), std::move(place))};
            exchange->respond_streamed(std::move(response), std::move(body));
        });
}

std::optional<std::int64_t> announced_length(const Request& request) {
    const auto text = request.header("Content-Length");
    if (!text) return std::nullopt;
    std::int64_t length = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
    return error == std::errc{} && end == text->data() + text->size() ? std::optional(length)
                                                                      : std::nullopt;
}

}  // namespace

void add_attachment_routes(Router& router, Engine& engine) {
    router.add(
        "POST", "/api/v1/attachments", Login::required,
        [&engine](const ExchangePtr& exchange) {
            const Request& request = exchange->request;
            auto upload = engine.attachments().begin(
                exchange->caller,
                {.name = request.query("name").value_or(""),
                 .content_type = std::string(request.header("Content-Type").value_or("")),
                 .size_bytes = announced_length(request)});
            if (!upload) return exchange->respond_error(upload.error());
            exchange->take_body(std::make_shared<UploadSink>(exchange, std::move(*upload)));
        },
        BodyRule::streamed);

    router.add("GET", "/api/v1/attachments/{id}", Login::required_or_in_query,
               [&engine](const ExchangePtr& exchange) {
                   Input in(*exchange);
                   const auto id = in.path_id<AttachmentId>(0, "id");
                   if (in.refused()) return;
                   engine.attachments().find(exchange->caller, id,
                                             [&engine, exchange](const Result<Upload>& upload) {
                                                 if (!upload)
                                                     return exchange->respond_error(upload.error());
                                                 give(engine, exchange, *upload);
                                             });
               });
}

}  // namespace chatcore::gateway::v1

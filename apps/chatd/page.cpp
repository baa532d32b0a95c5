#include "page.h"

#include <memory>
#include <mutex>
#include <string>

#include "gateway/http/exchange.h"
#include "gateway/http/router.h"

namespace chatcore::chatd {

namespace {

/// What the page needs and nothing else: its own files and server, and pictures from anywhere, for
/// people's profiles. Files of messages are shown from here alone.
constexpr std::string_view content_security_policy =
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob: https:; "
    "media-src 'self' blob:; "
    "style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'";

using SharedText = std::shared_ptr<const std::string>;

/// A file as answers carry it: copied once, when it is first asked for, and not for each.
class Served {
public:
    explicit Served(const PageFile& file) : file_(file) {}

    gateway::Response answer(const gateway::Request& request) const;

private:
    const SharedText& bytes(bool gzip) const {
        std::call_once(gzip ? once_gzipped_ : once_plain_, [&] {
            (gzip ? gzipped_ : plain_) =
                std::make_shared<const std::string>(gzip ? file_.gzipped : file_.bytes);
        });
        return gzip ? gzipped_ : plain_;
    }

    const PageFile& file_;
    mutable std::once_flag once_plain_;
    mutable std::once_flag once_gzipped_;
    mutable SharedText plain_;
    mutable SharedText gzipped_;
};

gateway::Response Served::answer(const gateway::Request& request) const {
    const PageFile& file = file_;
    const bool gzip = !file.gzipped.empty() && request.header_has_token("Accept-Encoding", "gzip");
    const std::string tag = '"' + std::string(file.tag) + (gzip ? "-gz\"" : "\"");

    gateway::Response response;
    response.headers.add("ETag", tag);
    response.headers.add("Cache-Control",
                         file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    response.headers.add("Vary", "Accept-Encoding");
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("Referrer-Policy", "same-origin");
    response.headers.add("Content-Security-Policy", content_security_policy);
    const std::string known = request.combined_header("If-None-Match");
    if (known == "*" || known.find(tag) != known.npos) {
        response.status = 304;
        return response;
    }
    response.headers.add("Content-Type", file.content_type);
    if (gzip) response.headers.add("Content-Encoding", "gzip");
    response.shared_body = bytes(gzip);
    return response;
}

constexpr std::string_view reference = "/docs";

/// As people type it who know it from elsewhere.
void add_other_addresses(gateway::Router& router) {
    for (const char* path : {"/docs/", "/swagger-ui", "/swagger-ui/", "/swagger-ui/index.html"}) {
        router.add("GET", path, gateway::Login::none, [](const gateway::ExchangePtr& exchange) {
            gateway::Response response;
            response.status = 301;
            response.headers.add("Location", reference);
            response.headers.add("Cache-Control", "no-cache");
            exchange->respond(std::move(response));
        });
    }
}

}  // namespace

void add_page_routes(gateway::Router& router) {
    for (const PageFile& file : page_files()) {
        router.add(
            "GET", file.path, gateway::Login::none,
            [served = std::make_shared<const Served>(file)](const gateway::ExchangePtr& exchange) {
                exchange->respond(served->answer(exchange->request));
            });
        if (file.path == reference) add_other_addresses(router);
    }
}

}  // namespace chatcore::chatd

#include "gateway/sockjs/iframe.h"

#include <functional>

#include <fmt/format.h>

namespace chatcore::gateway::sockjs {

namespace {

/// Who loaded the page tells by postMessage which transport to speak (`s`), what to send (`m`), and
/// when to stop (`c`); it is told that we are there (`s`), each frame (`t`), and the end (`c`).
/// Each is JSON with the window's id, which is in the page's address. Old JavaScript, since
/// browsers that need this may be old.
constexpr std::string_view script = R"js((function () {
    "use strict";
    var windowId = location.hash.slice(1);
    var outer = null;
    var link = null;

    function tell(type, data) {
        var origin = outer && outer !== "null" ? outer : "*";
        parent.postMessage(JSON.stringify({windowId: windowId, type: type, data: data || ""}), origin);
    }
    function isOurs(url) {
        var a = document.createElement("a");
        a.href = url;
        return a.protocol === location.protocol && a.host === location.host;
    }
    function below(url, path) {
        var parts = url.split("?");
        return parts[0] + path + (parts.length > 1 ? "?" + parts[1] : "");
    }
    function ask(method, url, body, done) {
        var request = new XMLHttpRequest();
        request.open(method, url, true);
        request.onreadystatechange = function () {
            if (request.readyState === 4) done(request.status, request.responseText);
        };
        request.send(body);
        return function () {
            request.onreadystatechange = function () {};
            request.abort();
        };
    }

    // Each begins one answer, and calls frame() for what is in it and end(good) after it. What they
    // give back stops it.
    var transports = {
        "xhr-polling": function (url, frame, end) {
            return ask("POST", below(url, "/xhr"), null, function (status, text) {
                var lines = status === 200 ? text.split("\n") : [];
                for (var i = 0; i < lines.length; ++i) if (lines[i]) frame(lines[i]);
                end(status === 200);
            });
        },
        "eventsource": function (url, frame, end) {
            var source = new EventSource(below(url, "/eventsource"));
            var heard = false;
            source.onmessage = function (event) {
                heard = true;
                frame(decodeURI(event.data));
            };
            source.onerror = function () {
                source.close();
                end(heard);
            };
            return function () { source.close(); };
        },
        "htmlfile": function (url, frame, end) {
            var page = document.createElement("iframe");
            var heard = false;
            window.sockjs_page = {
                start: function () {},
                message: function (data) {
                    heard = true;
                    frame(data);
                },
                stop: function () { setTimeout(function () { stop(); end(heard); }, 0); }
            };
            function stop() {
                if (page.parentNode) page.parentNode.removeChild(page);
            }
            page.style.display = "none";
            page.src = below(url, "/htmlfile") + (url.indexOf("?") < 0 ? "?" : "&") + "c=sockjs_page";
            document.body.appendChild(page);
            return stop;
        }
    };

    function Link(transport, url) {
        var ended = false;
        var stop = null;
        var stopSending = null;
        var unsent = [];

        function close(reason) {
            if (ended) return;
            end();
            tell("c", JSON.stringify([1006, reason]));
        }
        function end() {
            ended = true;
            if (stop) stop();
            if (stopSending) stopSending();
        }
        function receive() {
            stop = transports[transport](url, function (frame) {
                if (ended) return;
                tell("t", frame);
                if (frame.charAt(0) === "c") end();
            }, function (good) {
                if (ended) return;
                stop = null;
                if (good) receive(); else close("Connection lost");
            });
        }
        function send() {
            if (stopSending || ended || unsent.length === 0) return;
            var body = "[" + unsent.join(",") + "]";
            unsent = [];
            stopSending = ask("POST", below(url, "/xhr_send"), body, function (status) {
                stopSending = null;
                if (status === 200 || status === 204) send(); else close("Sending error: " + status);
            });
        }
        this.end = end;
        this.send = function (text) {
            unsent.push(text);
            send();
        };
        receive();
    }

    function info(url) {
        var began = new Date().getTime();
        var stop = ask("GET", url, null, function (status, text) {
            var told = null;
            try { told = JSON.parse(text); } catch (ignored) { status = 0; }
            tell("t", status === 200 ? JSON.stringify([told, new Date().getTime() - began]) : "");
        });
        this.end = stop;
        this.send = function () {};
    }

    function open(asked) {
        var transport = asked[1];
        if (!isOurs(asked[2]) || !isOurs(asked[3])) throw new Error("not an address of this server");
        if (transport === "iframe-info-receiver") return new info(asked[2]);
        if (!transports.hasOwnProperty(transport)) throw new Error("no such transport: " + transport);
        return new Link(transport, asked[2]);
    }

    function take(event) {
        var message;
        if (event.source !== parent) return;
        if (outer === null) outer = event.origin;
        if (event.origin !== outer) return;
        try { message = JSON.parse(event.data); } catch (ignored) { return; }
        if (!message || message.windowId !== windowId) return;
        if (message.type === "s" && !link) link = open(JSON.parse(message.data));
        if (message.type === "m" && link) link.send(message.data);
        if (message.type === "c" && link) {
            link.end();
            link = null;
        }
    }

    window.SockJS = {
        bootstrap_iframe: function () {
            if (parent === window) return;
            window.addEventListener("message", take, false);
            tell("s");
        }
    };
    if (window._sockjs_onload) setTimeout(window._sockjs_onload, 1);
})();
)js";

}  // namespace

std::string iframe_page(std::string_view script_address) {
    return fmt::format(R"(<!DOCTYPE html>
<html>
<head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
  <script>
    document.domain = document.domain;
    _sockjs_onload = function(){{SockJS.bootstrap_iframe();}};
  </script>
  <script src="{}"></script>
</head>
<body>
  <h2>Don't panic!</h2>
  <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
</body>
</html>)",
                       script_address);
}

std::string_view iframe_script() {
    return script;
}

std::string tag_of(std::string_view text) {
    return fmt::format("\"{:016x}\"", std::hash<std::string_view>{}(text));
}

}  // namespace chatcore::gateway::sockjs

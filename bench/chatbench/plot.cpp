#include "chatbench/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "common/json.h"
#include "common/net.h"

namespace bench {
namespace {

constexpr double width = 760;
constexpr double height = 420;
constexpr double left = 78;
constexpr double right = 24;
constexpr double top = 52;
constexpr double bottom = 84;
// Distinguishable also by those who see red and green alike (Okabe and Ito).
constexpr std::array<std::string_view, 6> colours{"#0072b2", "#d55e00", "#009e73",
                                                  "#cc79a7", "#e69f00", "#56b4e9"};

struct Run {
    std::string label;
    double offered = 0;
    double achieved = 0;
    double p50 = 0;
    double p99 = 0;
};

Run read_run(const std::string& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    const std::string json = text.str();
    Run run;
    run.label = json_text(json, {"label"});
    if (run.label.empty()) run.label = file;
    run.offered = json_number(json, {"offeredPerSecond"}).value_or(0);
    for (const std::string_view key :
         {"deliveriesPerSecond", "postsPerSecond", "rowsPerSecond", "connectsPerSecond"}) {
        if (run.achieved <= 0) run.achieved = json_number(json, {key}).value_or(0);
    }
    run.p50 = json_number(json, {"latencyMicros", "p50"}).value_or(0);
    run.p99 = json_number(json, {"latencyMicros", "p99"}).value_or(0);
    if (run.achieved <= 0) die(fmt::format("{} holds no result that can be drawn", file));
    return run;
}

std::string escape(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '&')
            out += "&amp;";
        else
            out += c;
    }
    return out;
}

std::string short_number(double n) {
    if (n >= 1e6) return fmt::format("{:.3g}M", n / 1e6);
    if (n >= 1e3) return fmt::format("{:.3g}k", n / 1e3);
    return fmt::format("{:.3g}", n);
}

std::string short_micros(double us) {
    if (us >= 1e6) return fmt::format("{:.3g} s", us / 1e6);
    if (us >= 1e3) return fmt::format("{:.3g} ms", us / 1e3);
    return fmt::format("{:.3g} µs", us);
}

// A round number not below `value`: 1, 2 or 5 times a power of ten.
double round_up(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(std::max(value, 1e-9))));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (value <= step * power * 1.0000001) return step * power;
    }
    return 10 * power;
}

class Picture {
public:
    explicit Picture(std::string_view title) {
        svg_ = fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
            "height=\"{1}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">\n"
            "<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n",
            width, height);
        text(left, 28, title, "start", "#111111", 16);
    }

    void text(double x, double y, std::string_view what, std::string_view anchor = "middle",
              std::string_view colour = "#444444", int size = 12) {
        svg_ += fmt::format(
            "<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"{}\" "
            "font-size=\"{}\">{}</text>\n",
            x, y, anchor, colour, size, escape(what));
    }
    void line(double x1, double y1, double x2, double y2, std::string_view colour = "#dddddd") {
        svg_ += fmt::format(
            "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>\n", x1,
            y1, x2, y2, colour);
    }
    void add(std::string_view element) { svg_ += element; }
    std::string finish() { return svg_ + "</svg>\n"; }

private:
    std::string svg_;
};

using Curves = std::map<std::string, std::vector<Run>>;

double y_of(double micros, double low, double high) {
    const double share = (std::log10(micros) - low) / (high - low);
    return height - bottom - share * (height - top - bottom);
}

void draw_curve(Picture& picture, const std::vector<Run>& runs, double Run::* value, double x_max,
                double low, double high, std::string_view colour, bool dashed) {
    std::string points;
    std::string dots;
    for (const Run& run : runs) {
        const double x = left + run.offered / x_max * (width - left - right);
        const double y = y_of(std::max(run.*value, 1.0), low, high);
        points += fmt::format("{:.1f},{:.1f} ", x, y);
        dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", x, y,
                            colour);
    }
    picture.add(fmt::format(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{}/>\n{}", points,
        colour, dashed ? " stroke-dasharray=\"5 4\"" : "", dots));
}

std::string latency_against_load(Curves& curves, std::string_view title) {
    double x_max = 0;
    double y_min = 1e12;
    double y_max = 1;
    for (auto& [label, runs] : curves) {
        std::ranges::sort(runs, {}, &Run::offered);
        for (const Run& run : runs) {
            x_max = std::max(x_max, run.offered);
            y_min = std::min(y_min, std::max(run.p50, 1.0));
            y_max = std::max(y_max, run.p99);
        }
    }
    x_max = round_up(x_max);
    const double low = std::floor(std::log10(y_min));
    const double high = std::max(low + 1, std::ceil(std::log10(y_max)));
    Picture picture(title);
    for (double power = low; power <= high; ++power) {
        const double y = y_of(std::pow(10.0, power), low, high);
        picture.line(left, y, width - right, y);
        picture.text(left - 8, y + 4, short_micros(std::pow(10.0, power)), "end");
    }
    for (int i = 0; i <= 5; ++i) {
        const double x = left + (width - left - right) * i / 5;
        picture.line(x, height - bottom, x, height - bottom + 5, "#888888");
        picture.text(x, height - bottom + 20, short_number(x_max * i / 5));
    }
    picture.text((left + width - right) / 2, height - bottom + 38, "offered deliveries per second");
    double legend = left;
    std::size_t number = 0;
    for (const auto& [label, runs] : curves) {
        const auto colour = colours[number++ % colours.size()];
        draw_curve(picture, runs, &Run::p50, x_max, low, high, colour, true);
        draw_curve(picture, runs, &Run::p99, x_max, low, high, colour, false);
        picture.line(legend, height - 22, legend + 22, height - 22, colour);
        const std::string name = label + " p99 (p50 dashed)";
        picture.text(legend + 28, height - 18, name, "start");
        legend += 50 + 6.6 * static_cast<double>(name.size());
    }
    return picture.finish();
}

std::string bars(const std::vector<Run>& runs, std::string_view title) {
    double most = 0;
    for (const Run& run : runs) most = std::max(most, run.achieved);
    most = round_up(most);
    Picture picture(title);
    for (int i = 0; i <= 5; ++i) {
        const double y = height - bottom - (height - top - bottom) * i / 5;
        picture.line(left, y, width - right, y);
        picture.text(left - 8, y + 4, short_number(most * i / 5), "end");
    }
    const double room = (width - left - right) / static_cast<double>(runs.size());
    const double bar = std::min(90.0, room * 0.62);
    std::map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Run& run = runs[i];
        // "chatd 1x1000" and "chatd 100x10" have one colour, "floor 1x1000" another.
        const std::string who = run.label.substr(0, run.label.find(' '));
        const std::size_t colour = known.emplace(who, known.size()).first->second;
        const double tall = run.achieved / most * (height - top - bottom);
        const double x = left + room * (static_cast<double>(i) + 0.5);
        picture.add(fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"2\" "
            "fill=\"{}\"/>\n",
            x - bar / 2, height - bottom - tall, bar, tall, colours[colour % colours.size()]));
        picture.text(x, height - bottom - tall - 6, short_number(run.achieved), "middle",
                     "#111111");
        picture.text(x, height - bottom + 20, run.label);
        if (run.p99 > 0) {
            picture.text(x, height - bottom + 38, "p99 " + short_micros(run.p99), "middle",
                         "#777777", 11);
        }
    }
    picture.text(left, height - 14, "per second; higher is better", "start", "#777777", 11);
    return picture.finish();
}

}  // namespace

std::string plot(const std::vector<std::string>& files, const std::string& title) {
    std::vector<Run> runs;
    Curves curves;
    bool all_offered = true;
    for (const std::string& file : files) {
        runs.push_back(read_run(file));
        all_offered = all_offered && runs.back().offered > 0;
        curves[runs.back().label].push_back(runs.back());
    }
    if (all_offered) {
        return latency_against_load(curves, title.empty() ? "Latency against load" : title);
    }
    return bars(runs, title.empty() ? "Throughput" : title);
}

}  // namespace bench

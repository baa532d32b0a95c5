#pragma once
// Pictures of results: latency against load where runs offered different loads, bars otherwise.

#include <string>
#include <vector>

namespace bench {

/// Reads results that chatbench has written and gives an SVG picture of them. Ends the program
/// where a file cannot be read or holds nothing that can be drawn.
std::string plot(const std::vector<std::string>& files, const std::string& title);

}  // namespace bench

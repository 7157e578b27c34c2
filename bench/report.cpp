#include "bench/report.hpp"

#include <cmath>
#include <iomanip>
#include <sstream>
#include <utility>

#include "model/json_object.hpp"

namespace gantry::bench {
namespace {

bool is_met(const figure& in) {
  return in.goal == goal::at_least ? in.value >= in.limit : in.value <= in.limit;
}

// Three digits that mean something.
std::string rounded(double value) {
  std::ostringstream out;
  const int decimals = std::abs(value) >= 100 ? 0 : std::abs(value) >= 10 ? 1 : 3;
  out << std::fixed << std::setprecision(decimals) << value;
  return out.str();
}

json::text plain(double value) { return {std::isfinite(value) ? rounded(value) : "null"}; }

}  // namespace

void report::begin_part(const std::string& name, const std::string& about) {
  part_ = name;
  table_ << '\n' << name << ": " << about << std::endl;
}

void report::add(figure next) {
  next.part = part_;
  table_ << "  " << std::left << std::setw(52) << next.name << std::right << std::setw(10)
         << rounded(next.value) << ' ' << std::left << std::setw(10) << next.unit;
  if (next.goal != goal::none) {
    table_ << (next.goal == goal::at_least ? " goal >= " : " goal <= ") << rounded(next.limit)
           << (is_met(next) ? "  met" : "  MISSED");
  }
  table_ << std::endl;
  figures_.push_back(std::move(next));
}

void report::note(const std::string& text) { table_ << "  (" << text << ")" << std::endl; }

std::string report::json() const {
  std::string out;
  for (const figure& each : figures_) {
    json::object row;
    row.set("part", each.part).set("name", each.name).set("unit", each.unit);
    row.set("value", plain(each.value));
    if (each.goal != goal::none) {
      row.set(each.goal == goal::at_least ? "at_least" : "at_most", plain(each.limit));
      row.set("met", is_met(each));
    }
    out += (out.empty() ? "[\n  " : ",\n  ") + row.to_text().bytes;
  }
  return out + "\n]\n";
}

}  // namespace gantry::bench

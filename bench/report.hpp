// The figures of one run, as a table for people and as JSON for programs.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace gantry::bench {

enum class goal { none, at_least, at_most };

struct figure {
  std::string part;
  std::string name;
  double value = 0;
  std::string unit;
  bench::goal goal = goal::none;
  double limit = 0;
};

// Each figure is written when it is added: a run that is cut short has told what it knew.
class report {
 public:
  explicit report(std::ostream& table) : table_(table) {}

  void begin_part(const std::string& name, const std::string& about);
  void add(figure next);
  // A remark below the figures of a part.
  void note(const std::string& text);

  [[nodiscard]] std::string json() const;

 private:
  std::ostream& table_;
  std::string part_;
  std::vector<figure> figures_;
};

}  // namespace gantry::bench

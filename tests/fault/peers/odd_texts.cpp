#include "tests/fault/peers/odd_texts.hpp"

#include "model/json_object.hpp"
#include "tests/executor/engine/log_bytes.hpp"

namespace gantry::test {
namespace {

constexpr std::size_t kilobyte = 1'024;

std::string quoted_secret() { return '"' + std::string(peer_secret) + '"'; }

std::string event_with(const std::string& id, const std::string& attributes) {
  return R"({"Type":"container","Action":"start","Actor":{"ID":")" + id +
         R"(","Attributes":{"secret":)" + quoted_secret() + "," + attributes + "}}}";
}

}  // namespace

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + "1" + std::string(levels, ']');
}

std::string odd_value(dice& chance) {
  switch (chance.upto(8)) {
    case 0:
      return "[99999999999999999999,0." + std::string(400, '0') + "]";
    case 1:
      return "1e400";
    case 2:
      return "[123456789012345678901234567890,1.5e309,-1e-999]";
    case 3:
      return R"("half \ud800 of a pair")";
    case 4:
      return nested(200 + chance.upto(600));
    case 5:
      return R"({"a":1,"a":2,"":null,"\u0000":"\u0000"})";
    case 6:
      return "-" + std::string(2'000, '9');
    case 7:
      return R"("\u0007\u001b[31m\u202e")";
    default:
      return "0." + std::string(400, '0') + "1e-400";
  }
}

std::string odd_printed_line(dice& chance, const std::string& name) {
  const std::string begin = "[\"" + name + "\",";
  switch (chance.upto(5)) {
    case 0:
      return begin + odd_value(chance) + "]" + std::string(chance.upto(40), ' ');
    case 1:
      return name + " " + std::string(kilobyte * (1 + chance.upto(99)), '\\');
    case 2:
      return name + " \x1b[31m" + R"(\ud800 \u0000 " quote)";
    case 3:
      return begin + nested(64 + chance.upto(128)) + "]";
    case 4:
      return name + " " + odd_value(chance);
    default:
      return begin + std::string(1 + chance.upto(kilobyte), '[');
  }
}

std::string odd_event(dice& chance, const std::string& id) {
  switch (chance.upto(9)) {
    case 0:
      return R"({"Type":"container","Action":"prune","Actor":{"ID":"","Attributes":{"reclaimed":"0"}}})";
    case 1:
      return event_with(id, R"("label":")" + std::string(1'200 * kilobyte, 'x') + '"');
    case 2:
      return R"({"Type":"container","Action":"exec_create: )" + std::string(700 * kilobyte, 'y') +
             R"(","Actor":{"ID":")" + id + R"(","Attributes":{"execID":"1"}}})";
    case 3:
      return "{garbage " + std::string(peer_secret);
    case 4:
      return event_with(id, "\"deep\":" + nested(1'000));
    case 5:
      return event_with(id, "\"odd\":" + odd_value(chance));
    case 6:
      return R"({"Type":"container","Action":"start","Actor":{"ID":["x"],"Attributes":7},"timeNano":1e400})";
    case 7:
      return R"({"Type":"container","Action":"die","Actor":{"ID":"../../../etc","Attributes":{"exitCode":"99999999999","name":"\u001b[2J"}}})";
    case 8:
      return odd_value(chance);
    default:
      return R"({"Type":"image","Action":"untag","Actor":{"ID":"sha999:)" +
             quoted_secret().substr(1) + "}}";
  }
}

std::string odd_entries(dice& chance, const std::string& id) {
  std::string out;
  for (std::size_t count = 1 + chance.upto(3); count > 0; --count) {
    switch (chance.upto(6)) {
      case 0:
        out += R"({"Names":["/without-an-id"],"Labels":{"s":)" + quoted_secret() + "}},";
        break;
      case 1:
        out += R"({"Id":")" + id + R"(","Names":null,"State":7},)";
        break;
      case 2:
        out += odd_value(chance) + ",";
        break;
      case 3:
        out += R"({"Id":{"a":1},"Names":"x"},)";
        break;
      case 4:
        out += R"({"Id":")" + std::string(64, 'f') + R"(","Names":[],"Labels":{"big":")" +
               std::string(1'300 * kilobyte, 'z') + R"("}},)";
        break;
      case 5:
        out += "null,";
        break;
      default:
        out += R"({"Id":"","Names":["/a","/b"],"Created":1e400},)";
        break;
    }
  }
  return out;
}

std::string odd_log_piece(dice& chance) {
  const std::string odd = std::string(odd_line) + "line\n";
  switch (chance.upto(6)) {
    case 0:
      return engine::mux_frame(7, odd);
    case 1:
      return engine::mux_frame(1, "not-a-stamp" + odd);
    case 2:
      return engine::mux_frame(1, "9999-99-99T99:99:99.999999999Z " + odd);
    case 3:
      return engine::mux_frame(1, "");
    case 4:
      return std::string("\1\1\1\1garbage that is no frame", 28);
    case 5:
      return std::string(17, '\0');
    default:
      return engine::mux_frame(2, "0001-01-01T00:00:00Z " + odd);
  }
}

std::string html_page() {
  return "<html><body><h1>403 Forbidden</h1>\x1b[31m" + std::string(200, 'x') + peer_secret +
         "</body></html>";
}

}  // namespace gantry::test

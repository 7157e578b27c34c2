#include "tests/fault/peers/core_acts.hpp"

#include <utility>

#include "tests/fault/peers/odd_texts.hpp"

namespace gantry::test {
namespace {

std::string text_frame(const std::string& text) { return server_frame(1, text); }

std::string command_text(const std::string& id, const std::string& body) {
  return R"({"event":"ws:m:command","data":{"commandId":")" + id + R"(","command":)" + body + "}}";
}

std::string odd_frame(dice& chance) {
  switch (chance.upto(9)) {
    case 0:
      return text_frame("{garbage " + std::string(peer_secret));
    case 1:
      return server_frame(2, std::string(1 + chance.upto(5'000), '\0'));
    case 2:
      return text_frame(R"({"event":"ws:m:event","data":)" + odd_value(chance) + "}");
    case 3:
      return text_frame(nested(1'000 + chance.upto(100'000)));
    case 4:
      return text_frame(R"({"event":"ws:m:event","data":{"itemType":"Target","changeType":"SET",)"
                        R"("item":{"id":"x","big":")" +
                        std::string((1 + chance.upto(4)) << 20U, 'b') + R"("}}})");
    case 5:
      return text_frame("");
    case 6:
      return text_frame(
          R"({"event":"ws:m:batch","data":[1,null,{"event":"ws:m:batch","data":[]}]})");
    case 7:
      return text_frame(R"({"event":"ws:m:\ud800","data":{}})");
    case 8:
      return server_frame(9, "ping") + server_frame(10, "nobody asked");
    default:
      return text_frame(R"({"event":"ws:m:command-response","data":{"tx":"nobody","response":1}})");
  }
}

// One whose tx can be found, however odd the rest of it is.
std::string odd_command(dice& chance, const std::string& tx) {
  const std::string begin = R"({"tx":")" + tx + '"';
  const std::string secret = R"(,"data":{"password":")" + std::string(peer_secret) + R"("})";
  const std::string action = R"(,"action":{"id":"peers:engine:refresh","targetId":"peers:engine"})";
  switch (chance.upto(9)) {
    case 0:
      return command_text("NoSuchThing", begin + secret + "}");
    case 1:
      return command_text("ExecTargetAction", begin + ",\"data\":" + nested(600) + "}");
    case 2:
      return command_text("ExecTargetAction",
                          begin + action + ",\"data\":" + odd_value(chance) + "}");
    case 3:
      return command_text("ExecTargetAction",
                          begin + R"(,"action":{"id":"peers:container/none:run"})" + secret + "}");
    case 4:
      return command_text("ExecTargetAction", begin + ",\"action\":7,\"instanceId\":{}}");
    case 5:
      return command_text("BatchTargetAction", begin + ",\"actions\":[" + odd_value(chance) + "]}");
    case 6:
      return command_text("CompactBatchTargetAction", begin + ",\"groups\":" + nested(100) + "}");
    case 7:
      return command_text("ResendEmitterValue", begin + ",\"emitterId\":{\"a\":[1e400]}}");
    case 8:
      return R"({"event":"ws:m:command","data":{"command":)" + begin + "}}}";
    default:
      return command_text("ExecTargetAction", begin + action + ",\"data\":NaN}");
  }
}

std::string odd_rows(dice& chance, const std::string& tx) {
  const std::vector<std::string> rows = {
      R"({"itemType":"Instance","item":{"id":"x:y","serviceId":"others","clientId":"z"}})",
      R"({"itemType":"Target","item":{"id":"others:container/x","serviceId":"others"}})",
      R"({"itemType":"Target","item":{"id":"peers:container/nobody","serviceId":"peers"}})",
      R"({"itemType":7,"item":null})",
      R"({"item":)" + odd_value(chance) + "}",
      odd_value(chance),
      R"({"itemType":"Machine","item":{"id":{},"name":1e400}})",
      R"({"itemType":"Pulse","item":{"id":"peers:container/c1:output","data":)" + nested(300) +
          "}}",
  };
  std::string out;
  for (std::size_t count = chance.upto(6); count > 0; --count) {
    out += (out.empty() ? "" : ",") + rows[chance.upto(rows.size() - 1)];
  }
  return R"({"event":"ws:m:query-response","data":{"tx":")" + tx + R"(","sequence":)" +
         (chance.one_in(2) ? "0" : "99999999999999999999") + R"(,"upserts":[)" + out +
         R"(],"deletes":["peers:x",7,null]}})";
}

std::string any_query(const hostile_core& core, dice& chance) {
  const auto& asked = core.queries();
  if (asked.empty() || chance.one_in(4)) return "nobody asked";
  return asked[chance.upto(asked.size() - 1)];
}

std::string fragments(dice& chance) {
  std::string out = server_frame(1, R"({"event":"ws:m:ev)", false);
  for (std::size_t count = chance.upto(20); count > 0; --count) {
    out += server_frame(0, chance.one_in(3) ? "" : "x", false);
    if (chance.one_in(4)) out += server_frame(9, "in between");
  }
  return out + server_frame(0, R"(","data":{}})");
}

void command_of_act(hostile_core& core, dice& chance) {
  const std::string tx = "tx-" + std::to_string(core.commands().size());
  core.command(tx, odd_command(chance, tx));
}

core_act says(std::string name, std::function<std::string(const hostile_core&, dice&)> what) {
  return {std::move(name), {}, [what](hostile_core& core, dice& chance) {
            core.say(what(core, chance));
          }};
}

core_act behaves(std::string name, std::function<void(core_manners&, dice&)> how,
                 bool breaks_what_is_there) {
  return {std::move(name),
          [how, breaks_what_is_there](core_manners& manners, dice& chance, hostile_core& core) {
            how(manners, chance);
            if (breaks_what_is_there) core.reset("");
          },
          {}};
}

std::string http_in_place_of_upgrade(dice& chance) {
  const std::vector<std::string> all = {
      "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 500 Odd\r\nContent-Type: text/html\r\n\r\n" + html_page(),
      "HTTP/1.1 101 Switching Protocols\r\n\r\n" + std::string(1'000, '\xff'),
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: wrong\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX-Odd: " + std::string(1U << 20U, 'h') + "\r\n\r\n",
      "\x16\x03\x01 no HTTP at all\r\n\r\n",
      "",
  };
  return all[chance.upto(all.size() - 1)];
}

}  // namespace

std::vector<core_act> odd_frame_acts() {
  std::vector<core_act> out;
  out.push_back(says("odd frames", [](const auto&, dice& chance) { return odd_frame(chance); }));
  out.push_back({"odd commands", {}, command_of_act});
  out.push_back(says("commands without a tx", [](const auto&, dice& chance) {
    return text_frame(odd_command(chance, ""));
  }));
  out.push_back(says("many client ids", [](const auto&, dice& chance) {
    return text_frame(command_text(
        "SetClientId",
        R"({"tx":"id","clientId":"client-)" + std::to_string(chance.upto(1'000'000)) + "\"}"));
  }));
  out.push_back(says("odd rows", [](const hostile_core& core, dice& chance) {
    return text_frame(odd_rows(chance, any_query(core, chance)));
  }));
  out.push_back(says("fragments", [](const auto&, dice& chance) { return fragments(chance); }));
  out.push_back(says("echoes of pings that nobody sent", [](const auto&, dice& chance) {
    const std::vector<std::string> ids = {
        "\"gantry-99999999\"", "\"gantry-\"", "7", "null", "\"gantry-18446744073709551616\"", "{}"};
    return text_frame(R"({"event":"ws:m:ping","data":{"id":)" + ids[chance.upto(ids.size() - 1)] +
                      R"(,"timestamp":1}})");
  }));
  return out;
}

std::vector<core_act> bad_connection_acts() {
  std::vector<core_act> out;
  out.push_back(behaves(
      "closes at once",
      [](core_manners& manners, dice& chance) {
        const std::vector<std::uint16_t> codes = {1'002, 1'008, 1'011, 1'009, 1'013, 4'999, 0};
        manners.closes_with = codes[chance.upto(codes.size() - 1)];
      },
      true));
  out.push_back(behaves(
      "no upgrade",
      [](core_manners& manners, dice& chance) { manners.http = http_in_place_of_upgrade(chance); },
      true));
  out.push_back(behaves(
      "too large",
      [](core_manners& manners, dice& chance) {
        manners.frame_bytes_max = 20'000 + chance.upto(60'000);
      },
      false));
  out.push_back(behaves(
      "mute", [](core_manners& manners, dice&) { manners.is_mute = true; }, true));
  out.push_back(behaves(
      "refuses", [](core_manners& manners, dice&) { manners.refuses = true; }, true));
  out.push_back(behaves(
      "reads nothing", [](core_manners& manners, dice&) { manners.reads_nothing = true; }, false));
  out.push_back(behaves(
      "says nothing", [](core_manners& manners, dice&) { manners.holds_all = true; }, false));
  out.push_back(behaves(
      "echoes nothing", [](core_manners& manners, dice&) { manners.holds_echoes = true; }, false));
  out.push_back({"reset in the middle of a frame", {}, [](hostile_core& core, dice& chance) {
                   if (!chance.one_in(4)) return;
                   const std::string frame = text_frame(std::string(1'000, 'r'));
                   core.reset(frame.substr(0, 1 + chance.upto(frame.size() - 2)));
                 }});
  out.push_back({"a close without a reason", {}, [](hostile_core& core, dice& chance) {
                   if (chance.one_in(4)) core.say(server_frame(8, ""));
                 }});
  out.push_back({"frames that are none", {}, [](hostile_core& core, dice& chance) {
                   const std::vector<std::string> all = {
                       std::string("\x83\0", 2),           std::string("\xf1\0", 2),
                       std::string("\x81\x80\0\0\0\0", 6), std::string("\x81\xff", 2),
                       std::string("\x88\x01x", 3),        server_frame(1, "\xff\xfe")};
                   if (chance.one_in(4)) core.say(all[chance.upto(all.size() - 1)]);
                 }});
  return out;
}

}  // namespace gantry::test

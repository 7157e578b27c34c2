#include "tests/fault/peers/engine_acts.hpp"

#include <utility>

#include "tests/executor/engine/log_bytes.hpp"
#include "tests/fault/peers/odd_texts.hpp"

namespace gantry::test {
namespace {

const std::vector<std::pair<engine_call, std::string>>& spoilable() {
  static const std::vector<std::pair<engine_call, std::string>> out = {
      {engine_call::ping, "pings"},    {engine_call::list, "lists"},
      {engine_call::info, "info"},     {engine_call::inspect, "inspections"},
      {engine_call::logs, "logs"},     {engine_call::stats, "statistics"},
      {engine_call::events, "events"},
  };
  return out;
}

world_container* any_container(hostile_engine& engine, dice& chance) {
  std::vector<world_container*> there;
  for (world_container& each : engine.world().all()) {
    if (!each.is_gone) there.push_back(&each);
  }
  return there.empty() ? nullptr : there[chance.upto(there.size() - 1)];
}

world_container* any_running(hostile_engine& engine, dice& chance) {
  world_container* out = any_container(engine, chance);
  return out != nullptr && out->is_running ? out : nullptr;
}

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

std::string replaced(std::string in, const std::string& what, const std::string& by) {
  const std::size_t at = in.find(what);
  return at == std::string::npos ? in : in.replace(at, what.size(), by);
}

std::string odd_inspection(std::string body, dice& chance) {
  const std::vector<std::string> numbers = {"9223372036854775807",
                                            "-9223372036854775808",
                                            "99999999999999999999",
                                            "1e400",
                                            "\"x\"",
                                            "{}"};
  const auto any = [&] { return numbers[chance.upto(numbers.size() - 1)]; };
  body = replaced(std::move(body), "\"Pid\":4711", "\"Pid\":" + any());
  body = replaced(std::move(body), "\"RestartCount\":0", "\"RestartCount\":" + any());
  body = replaced(std::move(body), "\"Labels\":{", "\"Labels\":{\"n\":" + any() + ",");
  return replaced(std::move(body), "\"Image\":",
                  "\"ExposedPorts\":{\"-1/tcp\":" + odd_value(chance) + "},\"Image\":");
}

// ---- Families of three

engine_act odd_events(bool stay) {
  return {stay ? "odd events" : "odd events that are told once",
          {},
          [stay](hostile_engine& engine, dice& chance) {
            const world_container* one = any_container(engine, chance);
            const std::string event = odd_event(chance, one == nullptr ? "none" : one->id);
            if (stay) return engine.world().tell(event);
            const bool takes_the_next_with_it = chance.one_in(4);
            engine.slip_in(engine_call::events, event + (takes_the_next_with_it ? "" : "\n"));
            // Of runs shorter than a second nothing but that event may have told.
            for (world_container& each : engine.world().all()) {
              each.is_lied_about |= takes_the_next_with_it;
            }
          },
          {}};
}

engine_act lies_about_runs() {
  return {"times and exit codes that are none",
          [](engine_manners& manners, dice& chance, hostile_engine& engine) {
            for (world_container& each : engine.world().all()) each.is_lied_about = true;
            const bool large = chance.one_in(2);
            manners.spoiled[engine_call::inspect] = [large](const std::string& proper) {
              std::string body = body_of(proper);
              const std::string time = large ? "9223372036854775807" : "-62135596800";
              body =
                  replaced(std::move(body), "\"StartedAt\":", "\"StartedAt\":" + time + ",\"x\":");
              body = replaced(std::move(body), "\"FinishedAt\":\"",
                              "\"FinishedAt\":\"292277026596-12-04T15:30:07");
              return http_answer(
                  200, replaced(std::move(body), "\"ExitCode\":", "\"ExitCode\":99999999999999"));
            };
          },
          {},
          {}};
}

engine_act prints_odd_lines() {
  return {"odd lines are printed",
          {},
          [](hostile_engine& engine, dice& chance) {
            world_container* one = any_running(engine, chance);
            if (one == nullptr) return;
            const std::string name = one->name + " odd" + std::to_string(one->lines.size());
            engine.world().print(*one, odd_printed_line(chance, name), chance.one_in(5));
          },
          {}};
}

engine_act prints_a_long_line() {
  return {"a line of megabytes is printed",
          [](engine_manners&, dice& chance, hostile_engine& engine) {
            world_container* one = any_running(engine, chance);
            if (one == nullptr) return;
            const std::string begin = one->name + " long" + std::to_string(one->lines.size()) + " ";
            engine.world().print(*one, begin + std::string((1 + chance.upto(19)) << 20U, 'L'));
          },
          {},
          {}};
}

engine_act odd_pieces_of_logs() {
  return {"odd pieces of logs",
          {},
          [](hostile_engine& engine, dice& chance) {
            const world_container* one = any_container(engine, chance);
            if (one != nullptr) engine.slip_in(engine_call::logs, odd_log_piece(chance), one->id);
          },
          {}};
}

engine_act frames_of_gigabytes() {
  return {"a piece of a log of 4 GiB",
          [](engine_manners&, dice&, hostile_engine& engine) {
            engine.slip_in(engine_call::logs, std::string("\1\0\0\0\xff\xff\xff\xff", 8));
          },
          {},
          // Nobody can find the next line in such a stream.
          [](hostile_engine& engine) { engine.cut(engine_call::logs); }};
}

// One act for each kind of call.
void for_each_call(std::vector<engine_act>& out, const std::string& words,
                   const std::function<void(engine_manners&, engine_call, dice&)>& how) {
  for (const auto& [call, name] : spoilable()) {
    out.push_back(
        {name + ": " + words,
         [how, words, call = call](engine_manners& manners, dice& chance, hostile_engine& engine) {
           if (call == engine_call::events && words.find("40") != std::string::npos) {
             engine.world().hid_events = true;
           }
           how(manners, call, chance);
         },
         {},
         {}});
  }
}

void spoil_with_page(engine_manners& manners, engine_call call, int status) {
  manners.spoiled[call] = [status](const std::string&) {
    return http_answer(status, html_page(), "text/html");
  };
}

}  // namespace

std::vector<engine_act> odd_item_acts() {
  std::vector<engine_act> out = {odd_events(true),     odd_events(false),    lies_about_runs(),
                                 prints_odd_lines(),   prints_odd_lines(),   prints_a_long_line(),
                                 odd_pieces_of_logs(), frames_of_gigabytes()};
  out.push_back({"odd entries of the list",
                 [](engine_manners& manners, dice& chance, hostile_engine& engine) {
                   const world_container* one = any_container(engine, chance);
                   const std::string odd = odd_entries(chance, one == nullptr ? "" : one->id);
                   manners.spoiled[engine_call::list] = [odd](const std::string& proper) {
                     const std::string body = body_of(proper);
                     return http_answer(200, body == "[]" ? body : "[" + odd + body.substr(1));
                   };
                   engine.cut(engine_call::events);  // so that it is listed
                 },
                 {},
                 {}});
  out.push_back({"odd numbers in inspections",
                 [](engine_manners& manners, dice& chance, hostile_engine&) {
                   const std::uint64_t seed = chance.upto(1U << 30U);
                   manners.spoiled[engine_call::inspect] = [seed](const std::string& proper) {
                     dice own(seed);
                     return http_answer(200, odd_inspection(body_of(proper), own));
                   };
                 },
                 {},
                 {}});
  out.push_back({"odd statistics",
                 [](engine_manners& manners, dice& chance, hostile_engine&) {
                   const std::string odd = odd_value(chance);
                   manners.spoiled[engine_call::stats] = [odd](const std::string&) {
                     return http_answer(200, "{\"read\":" + odd + ",\"cpu_stats\":" + odd + "}");
                   };
                 },
                 {},
                 {}});
  return out;
}

std::vector<engine_act> bad_answer_acts() {
  std::vector<engine_act> out;
  for_each_call(out, "not answered",
                [](auto& manners, engine_call call, dice&) { manners.hang.insert(call); });
  for_each_call(out, "403 with a page", [](auto& manners, engine_call call, dice&) {
    spoil_with_page(manners, call, 403);
  });
  for_each_call(out, "404 or 500 with a page", [](auto& manners, engine_call call, dice& chance) {
    spoil_with_page(manners, call, chance.one_in(2) ? 404 : 500);
  });
  for_each_call(out, "200 with a page", [](auto& manners, engine_call call, dice&) {
    spoil_with_page(manners, call, 200);
  });
  for_each_call(out, "cut in the middle", [](auto& manners, engine_call call, dice& chance) {
    const std::size_t percent = 10 + chance.upto(85);
    manners.spoiled[call] = [percent](const std::string& proper) {
      return proper.substr(0, proper.size() * percent / 100);
    };
  });
  for_each_call(out, "a head of a megabyte", [](auto& manners, engine_call call, dice&) {
    manners.spoiled[call] = [](const std::string& proper) {
      return replaced(proper, "\r\n", "\r\nX-Odd: " + std::string(1U << 20U, 'h') + "\r\n");
    };
  });
  for_each_call(out, "endless", [](auto& manners, engine_call call, dice&) {
    manners.endless[call] = "1000\r\n" + std::string(4'096, ' ') + "\r\n";
  });
  return out;
}

std::vector<engine_act> absence_acts() {
  std::vector<engine_act> out;
  out.push_back({"refuses connections",
                 [](engine_manners& manners, dice& chance, hostile_engine& engine) {
                   manners.refuses = true;
                   if (chance.one_in(3)) return;  // what is connected stays
                   for (const engine_call each : every_engine_call) engine.cut(each);
                 },
                 {},
                 {}});
  out.push_back({"stopped",
                 [](engine_manners& manners, dice&, hostile_engine&) { manners.is_stopped = true; },
                 {},
                 {}});
  out.push_back({"every answer late",
                 [](engine_manners& manners, dice& chance, hostile_engine&) {
                   manners.delay = std::chrono::milliseconds(100 + chance.upto(1'900));
                 },
                 {},
                 {}});
  out.push_back({"events cut again and again",
                 {},
                 [](hostile_engine& engine, dice&) { engine.cut(engine_call::events); },
                 {}});
  out.push_back({"logs cut again and again",
                 {},
                 [](hostile_engine& engine, dice&) { engine.cut(engine_call::logs); },
                 {}});
  out.push_back({"all cut at once",
                 [](engine_manners&, dice&, hostile_engine& engine) {
                   for (const engine_call each : every_engine_call) engine.cut(each);
                 },
                 {},
                 {}});
  out.push_back({"connections closed at once",
                 [](engine_manners& manners, dice&, hostile_engine& engine) {
                   for (const engine_call each : every_engine_call) {
                     manners.spoiled[each] = [](const std::string&) { return std::string(); };
                     engine.cut(each);
                   }
                 },
                 {},
                 {}});
  return out;
}

}  // namespace gantry::test

#include "myko/server/stored_types.hpp"

#include <algorithm>
#include <array>

#include "myko/server/entity_types.hpp"

namespace gantry::myko {
namespace {

// Sorted.
constexpr std::array<std::string_view, 73> stored{"Action",
                                                  "ActionStatus",
                                                  "ActivationSet",
                                                  "ActiveScene",
                                                  "BindingNode",
                                                  "BindingNodeConnection",
                                                  "BindingNodeExecCursor",
                                                  "BindingNodePosition",
                                                  "BindingNodeValue",
                                                  "Bundle",
                                                  "Calibration",
                                                  "CalibrationPoint",
                                                  "Camera",
                                                  "ColorPalette",
                                                  "ColorProfile",
                                                  "ColorSwatch",
                                                  "Cue",
                                                  "CuePlayback",
                                                  "Curve",
                                                  "Emitter",
                                                  "EmitterStatus",
                                                  "EventTrack",
                                                  "EventTrackEvent",
                                                  "EventTrackLayer",
                                                  "EventTrackPlayback",
                                                  "ExternalNodeCatalog",
                                                  "ExternalNodeOutputValue",
                                                  "ExternalNodeProviderConnection",
                                                  "GlobalVariable",
                                                  "Instance",
                                                  "InstanceClusterAssign",
                                                  "Invite",
                                                  "Keyframe",
                                                  "LensFile",
                                                  "Location",
                                                  "Machine",
                                                  "MachineSettings",
                                                  "MachineStatus",
                                                  "MachineTelemetry",
                                                  "Measurement",
                                                  "Organization",
                                                  "OverviewNode",
                                                  "PaletteEntry",
                                                  "PaletteType",
                                                  "Payload",
                                                  "PeerPresence",
                                                  "Point",
                                                  "Project",
                                                  "Pulse",
                                                  "ResolutionStrategy",
                                                  "Role",
                                                  "Room",
                                                  "Scene",
                                                  "SceneModification",
                                                  "Sequence",
                                                  "SequencePlayback",
                                                  "Server",
                                                  "Session",
                                                  "SessionVariable",
                                                  "SessionVariableValue",
                                                  "Site",
                                                  "Snapshot",
                                                  "Tag",
                                                  "TagAssign",
                                                  "Target",
                                                  "TargetLayout",
                                                  "TargetStatus",
                                                  "TargetTopology",
                                                  "User",
                                                  "ValueKeyframe",
                                                  "ValueLane",
                                                  "ValueLaneInstance",
                                                  "ValueTrack"};

const std::string_view* find(std::string_view type) {
  const auto* at = std::lower_bound(stored.begin(), stored.end(), type);
  return at != stored.end() && *at == type ? at : nullptr;
}

}  // namespace

bool is_stored(std::string_view type) { return find(type) != nullptr; }

std::optional<std::string_view> type_between(std::string_view id, std::string_view begin,
                                             std::string_view end) {
  if (!id.starts_with(begin) || !id.ends_with(end)) return std::nullopt;
  if (id.size() <= begin.size() + end.size()) return std::nullopt;
  const auto name = id.substr(begin.size(), id.size() - begin.size() - end.size());
  if (name == client_type) return client_type;
  const std::string_view* found = find(name);
  if (found == nullptr) return std::nullopt;
  return *found;
}

}  // namespace gantry::myko

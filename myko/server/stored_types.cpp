#include "myko/server/stored_types.hpp"

#include <string>

#include "myko/server/entity_types.hpp"

namespace gantry::myko {
namespace {

// Each between two spaces.
constexpr std::string_view stored =
    " "
    "Action ActionStatus ActivationSet ActiveScene BindingNode BindingNodeConnection "
    "BindingNodeExecCursor BindingNodePosition BindingNodeValue Bundle Calibration "
    "CalibrationPoint Camera ColorPalette ColorProfile ColorSwatch Cue CuePlayback Curve "
    "Emitter EmitterStatus EventTrack EventTrackEvent EventTrackLayer EventTrackPlayback "
    "ExternalNodeCatalog ExternalNodeOutputValue ExternalNodeProviderConnection "
    "GlobalVariable Instance InstanceClusterAssign Invite Keyframe LensFile Location "
    "Machine MachineSettings MachineStatus MachineTelemetry Measurement Organization "
    "OverviewNode PaletteEntry PaletteType Payload PeerPresence Point Project Pulse "
    "ResolutionStrategy Role Room Scene SceneModification Sequence SequencePlayback Server "
    "Session SessionVariable SessionVariableValue Site Snapshot Tag TagAssign Target "
    "TargetLayout TargetStatus TargetTopology User ValueKeyframe ValueLane "
    "ValueLaneInstance ValueTrack ";

// Its name there; nothing: there is no such type.
std::optional<std::string_view> find(std::string_view type) {
  if (type.empty() || type.find(' ') != std::string_view::npos) return std::nullopt;
  const auto at = stored.find(" " + std::string(type) + " ");
  if (at == std::string_view::npos) return std::nullopt;
  return stored.substr(at + 1, type.size());
}

}  // namespace

bool is_stored(std::string_view type) { return find(type).has_value(); }

std::optional<std::string_view> type_between(std::string_view id, std::string_view begin,
                                             std::string_view end) {
  if (!id.starts_with(begin) || !id.ends_with(end)) return std::nullopt;
  if (id.size() <= begin.size() + end.size()) return std::nullopt;
  const auto name = id.substr(begin.size(), id.size() - begin.size() - end.size());
  if (name == client_type) return client_type;
  return find(name);
}

}  // namespace gantry::myko

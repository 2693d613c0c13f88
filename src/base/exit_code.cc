// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/exit_code.hh"

namespace lorelei {

const ExitCodeText kExitCodes[8] = {
    {ExitCode::kDone, "what was asked for was done"},
    {ExitCode::kFailed, "it failed; the message says why"},
    {ExitCode::kUsage, "the command line or a query is wrong"},
    {ExitCode::kNotFound, "what was named is not there"},
    {ExitCode::kIncomplete, "only part of it was done; the message names the rest"},
    {ExitCode::kAttestation, "a signature that had to hold does not"},
    {ExitCode::kConflict, "it exists already, or does not apply"},
    {ExitCode::kTemporary, "a passing failure; try again later"},
};

ExitCode exit_code(Error::Kind kind) {
  using Kind = Error::Kind;
  switch (kind) {
    case Kind::kUsage:
      return ExitCode::kUsage;
    case Kind::kNotFound:
      return ExitCode::kNotFound;
    case Kind::kIncomplete:
      return ExitCode::kIncomplete;
    case Kind::kAttestation:
      return ExitCode::kAttestation;
    case Kind::kConflict:
      return ExitCode::kConflict;
    case Kind::kTemporary:
      return ExitCode::kTemporary;
    case Kind::kFailed:
    case Kind::kRefused:
    case Kind::kCorrupt:
    case Kind::kTooLarge:
    case Kind::kCancelled:
      break;
  }
  return ExitCode::kFailed;
}

}  // namespace lorelei

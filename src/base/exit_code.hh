// SPDX-License-Identifier: GPL-3.0-or-later
// The exit statuses of every command, in one table. A program name that stands for another tool keeps that tool's
// codes, except that a failure is never 0.
#pragma once
#include "base/result.hh"

namespace lorelei {

enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kNotFound = 3,
  kIncomplete = 4,
  kAttestation = 5,
  kConflict = 6,
  kTemporary = 75,  // EX_TEMPFAIL of sysexits.h: mail programs try again later
};

ExitCode exit_code(Error::Kind);

struct ExitCodeText {
  ExitCode code;
  const char* meaning;
};
// For --help and the manual, in the order of the codes; eight rows.
extern const ExitCodeText kExitCodes[8];

}  // namespace lorelei

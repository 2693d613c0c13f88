// SPDX-License-Identifier: GPL-3.0-or-later
// The table of commands. Each is defined in cmd/VERB.cc; `lorelei --help` lists them in this order.
#include "base/command.hh"

namespace lorelei::cmd {
extern const Command kQ, kUp, kLsSearch, kEditSearch, kForgetSearch, kPause, kResume, kAddExternal, kLsExternal,
    kForgetExternal, kImport, kConvert, kTag, kLsLabel, kLcat, kP2q, kBlob, kConfig, kInit, kDoctor;
extern const Command kIndex, kRm, kReindex, kLsMailSource, kLsMailSync, kRefreshMailSync, kForgetMailSync, kExportKw,
    kInspect, kMailDiff, kAddWatch, kLsWatch, kRmWatch;
extern const Command kSign, kValidate, kGenkey, kInstallHook, kKeyringAdd, kKeyringRemove, kKeyringAddDkim,
    kKeyringList, kKeyringShow, kKeyringExport, kKeyringAudit;
extern const Command kShow, kThread, kSeries, kSubscribe, kTrack, kTrackSubsystem, kWatch;
extern const Command kModel, kModelNew, kModelReplay, kModelSimulate, kModelTranslate;
extern const Command kAm, kShazam, kDiff, kMbox, kKr, kDig, kPr, kTy, kPrep, kSend, kTrailers, kRecipients;
extern const Command kEndpointServe, kEndpointList, kEndpointRevoke;
extern const Command kArchiveAggregate, kArchiveClone, kArchiveExport, kArchiveFetch, kArchiveImport, kArchiveIndex,
    kArchiveLs, kArchiveVerify, kHelp, kCompletion, kComplete, kDaemonPid, kDaemonKill, kVersion, kSucks;
}  // namespace lorelei::cmd

int main(int argc, char** argv) {
  using namespace lorelei::cmd;
  static constexpr const lorelei::Command* kCommands[] = {
      &kQ,                 //
      &kUp,                //
      &kWatch,             //
      &kSubscribe,         //
      &kTrack,             //
      &kTrackSubsystem,    //
      &kLsSearch,          //
      &kEditSearch,        //
      &kForgetSearch,      //
      &kPause,             //
      &kResume,            //
      &kAddExternal,       //
      &kLsExternal,        //
      &kForgetExternal,    //
      &kImport,            //
      &kIndex,             //
      &kConvert,           //
      &kTag,               //
      &kLsLabel,           //
      &kP2q,               //
      &kLcat,              //
      &kBlob,              //
      &kMailDiff,          //
      &kInspect,           //
      &kRm,                //
      &kReindex,           //
      &kLsMailSource,      //
      &kLsMailSync,        //
      &kRefreshMailSync,   //
      &kForgetMailSync,    //
      &kExportKw,          //
      &kAddWatch,          //
      &kLsWatch,           //
      &kRmWatch,           //
      &kConfig,            //
      &kInit,              //
      &kDoctor,            //
      &kShow,              //
      &kThread,            //
      &kSeries,            //
      &kAm,                //
      &kShazam,            //
      &kDiff,              //
      &kMbox,              //
      &kKr,                //
      &kDig,               //
      &kPr,                //
      &kTy,                //
      &kPrep,              //
      &kSend,              //
      &kTrailers,          //
      &kRecipients,        //
      &kModel,             //
      &kModelNew,          //
      &kModelReplay,       //
      &kModelSimulate,     //
      &kModelTranslate,    //
      &kEndpointServe,     //
      &kEndpointList,      //
      &kEndpointRevoke,    //
      &kSign,              //
      &kValidate,          //
      &kGenkey,            //
      &kInstallHook,       //
      &kKeyringAdd,        //
      &kKeyringRemove,     //
      &kKeyringAddDkim,    //
      &kKeyringList,       //
      &kKeyringShow,       //
      &kKeyringExport,     //
      &kKeyringAudit,      //
      &kArchiveAggregate,  //
      &kArchiveClone,      //
      &kArchiveExport,     //
      &kArchiveFetch,      //
      &kArchiveImport,     //
      &kArchiveIndex,      //
      &kArchiveLs,         //
      &kArchiveVerify,     //
      &kHelp,              //
      &kCompletion,        //
      &kComplete,          //
      &kDaemonPid,         //
      &kDaemonKill,        //
      &kVersion,           //
      &kSucks,             //
  };
  return lorelei::run_program(kCommands, argc, argv);
}

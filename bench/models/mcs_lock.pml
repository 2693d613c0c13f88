/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mcs_lock.tla for Spin: the same steps, one transition each. */
#define CPUS 4
byte last;
byte behind[CPUS + 1];
bool waits[CPUS + 1];

active [CPUS] proctype cpu() {
  byte before;
outside:
  behind[_pid + 1] = 0;
flag:
  waits[_pid + 1] = true;
swap:
  d_step { before = last; last = _pid + 1 };
tell:
  if
  :: d_step { before != 0 -> behind[before] = _pid + 1 }
  :: before == 0 -> goto inside
  fi;
spin:
  !waits[_pid + 1];
inside:
  skip;
look:
  if
  :: behind[_pid + 1] == 0
  :: behind[_pid + 1] != 0 -> goto hand
  fi;
leave:
  if
  :: d_step { last == _pid + 1 -> last = 0 }; goto forget
  :: last != _pid + 1
  fi;
late:
  behind[_pid + 1] != 0;
hand:
  waits[behind[_pid + 1]] = false;
forget:
  before = 0;
  goto outside
}

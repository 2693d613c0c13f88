/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filter_lock.tla for Spin: the same steps, one transition each. */
#define CPUS 4
#define ME (_pid + 1)
byte reached[CPUS + 1];
byte yields[CPUS];

active [CPUS] proctype cpu() {
  byte level = 1, other = 1;
outside:
  level = 1;
climb:
  if
  :: d_step { level < CPUS -> reached[ME] = level }
  :: level >= CPUS -> goto inside
  fi;
yield:
  d_step { yields[level] = ME; other = 1 };
look:
  if
  :: d_step { other <= CPUS && other != ME && reached[other] >= level && yields[level] == ME -> other = 1 };
     goto look
  :: d_step { other <= CPUS && !(other != ME && reached[other] >= level && yields[level] == ME) -> other++ };
     goto look
  :: d_step { other > CPUS -> level++ };
     goto climb
  fi;
inside:
  skip;
leave:
  reached[ME] = 0;
  goto outside
}

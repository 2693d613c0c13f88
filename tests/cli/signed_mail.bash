# SPDX-License-Identifier: GPL-3.0-or-later
# Patches to sign, and who signs them.

setup_here() {
  unset GNUPGHOME SSH_AUTH_SOCK
  git config --global user.email zoe@example.org
  git config --global user.name 'Zoe Tester'
  git config --global init.defaultBranch main
}

a_patch() {  # NAME [SUBJECT]
  cat >"$1" <<END
From: Zoe Tester <zoe@example.org>
Date: Sat, 21 Nov 2026 12:00:00 +0000
Subject: ${2:-[PATCH] demo: say hello}
Message-ID: <$1@example.org>

This says hello.
---
diff --git a/hello.txt b/hello.txt
--- a/hello.txt
+++ b/hello.txt
@@ -1 +1 @@
-Hello.
+Hello, world.
END
}
with_key() {
  lorelei genkey -q -n mine 2>/dev/null
  git config --global patatt.signingkey ed25519:mine
  git config --global patatt.selector mine
}

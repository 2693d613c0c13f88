# SPDX-License-Identifier: GPL-3.0-or-later
# Threads of patches as an mbox, and the tree that they are for.

separator() { echo 'From mboxrd@z Thu Jan  1 00:00:00 1970'; }
mail() {  # ID SUBJECT FROM PARENT [DATE [HEADER]]; the body on standard input
  separator
  echo "From: $3"
  echo "To: Some List <list@lists.example.org>"
  echo "Cc: Dev <dev@example.net>"
  echo "Subject: $2"
  echo "Date: ${5:-Fri, 20 Nov 2026 12:00:00 +0000}"
  echo "Message-ID: <$1>"
  [ -z "$4" ] || echo "In-Reply-To: <$4>"
  [ -z "${6:-}" ] || echo "$6"
  echo
  cat
  echo
}
diff_of() {  # FILE NEW-TEXT
  printf -- '---\n %s | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n' "$1"
  printf 'diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n@@ -1 +1 @@\n-old\n+%s\n-- \n2.39.5\n' "$1" "$1" "$1" "$1" "$2"
}
patch() {  # ID SUBJECT PARENT FILE TEXT [DATE [HEADER [FROM]]]
  { printf 'Say %s.\n\nSigned-off-by: Ann <ann@example.org>\n' "$5"; diff_of "$4" "$5"; } |
    mail "$1" "$2" "${8:-Ann <ann@example.org>}" "$3" "${6:-}" "${7:-}"
}
cover() {  # ID SUBJECT [DATE]
  printf 'Why.\n\nbase-commit: 0123456789012345678901234567890123456789\n---\n 2 files changed, 2 insertions(+), 2 deletions(-)\n' |
    mail "$1" "$2" 'Ann <ann@example.org>' '' "${3:-}"
}
reply() {  # ID PARENT FROM TEXT
  printf '> quoted\n\n%s\n\n-- \nSig-by: nobody <no@body.example>\n' "$4" | mail "$1" 'Re: [PATCH] x' "$3" "$2"
}
a_series() {  # the second of two revisions, with reviews
  cover c1@x '[PATCH 0/2] demo: two'
  patch p1@x '[PATCH 1/2] demo: a' c1@x a a1
  patch p2@x '[PATCH 2/2] demo: b' c1@x b b2
  reply r0@x p2@x 'Rob <rob@example.org>' 'Reviewed-by: Rob <rob@example.org>'
  cover c2@x '[PATCH v2 0/2] demo: two'
  patch q1@x '[PATCH v2 1/2] demo: a' c2@x a a2
  patch q2@x '[PATCH v2 2/2] demo: b' c2@x b b2
  reply r1@x q1@x 'Eve <eve@example.com>' 'Acked-by: Eve <eve@example.com>
Reviewed-by: Somebody Else <else@example.com>'
  reply r2@x c2@x 'Tom <tom@sub.example.com>' 'Tested-by: Tom <tom@example.com>'
  reply r3@x r1@x 'Ann <ann@example.org>' 'Thanks: for all of it'
}
chain() {  # the two revisions as one thread
  a_series | sed 's/^Subject: \[PATCH v2 0\/2\]/In-Reply-To: <c1@x>\n&/'
}
old_tree() {
  git init -q tree
  for file in a b; do echo old >tree/$file; done
  git -C tree add . && git -C tree commit -qm 'demo: begin'
}
an_archive() {  # NAME MBOX
  lorelei archive import -q --new "$1" "$2"
  lorelei archive index -q "$1"
}

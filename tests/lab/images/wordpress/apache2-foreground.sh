#!/bin/bash
# Becomes Apache in the foreground.
set -euo pipefail
export APACHE_CONFDIR=/etc/apache2
set +u
. "$APACHE_CONFDIR/envvars"
set -u
install -d "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR"
# Left by a container that was killed; Apache would take it for another one of itself.
rm -f "$APACHE_PID_FILE"
exec apache2 -DFOREGROUND "$@"

#!/bin/bash
# Does what the official image's entrypoint promises: copies WordPress into an empty volume, with a configuration
# that reads WORDPRESS_*, and becomes what it was told to.
set -euo pipefail

say() { echo "[entrypoint] $*" >&2; }

if [[ "$1" == apache2* ]]; then
  cd /var/www/html
  if [ ! -e index.php ] || [ ! -e wp-includes/version.php ]; then
    say "WordPress isn't in /var/www/html: copying it there"
    tar -C /usr/src/wordpress --exclude=./wp-config-docker.php -c . | tar -x --no-overwrite-dir
  fi
  if [ ! -s wp-config.php ] && compgen -e WORDPRESS_ >/dev/null; then
    say "writing wp-config.php, which reads WORDPRESS_*"
    # Each of the lines with this mark gets a secret of its own.
    awk '/put your unique phrase here/ {
      cmd = "head -c 40 /dev/urandom | base64 -w 0"; cmd | getline secret; close(cmd)
      gsub("put your unique phrase here", secret)
    } { print }' /usr/src/wordpress/wp-config-docker.php >wp-config.php.new
    chown www-data:www-data wp-config.php.new
    chmod 640 wp-config.php.new
    mv wp-config.php.new wp-config.php
  fi
fi
exec "$@"

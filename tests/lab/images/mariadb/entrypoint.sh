#!/bin/bash
# Does what the official image's entrypoint promises: prepares an empty volume as MARIADB_* says, runs what is in
# /docker-entrypoint-initdb.d, upgrades the system tables when asked to, and becomes the server.
set -euo pipefail

data=/var/lib/mysql
socket=/run/mysqld/mysqld.sock

say() { echo "[entrypoint] $*" >&2; }
give_up() { say "$*"; exit 1; }

# The value of MARIADB_<name> (or MYSQL_<name>, its older name), which may also be in the file that
# <variable>_FILE names.
setting() {
  local variable file
  for variable in "MARIADB_$1" "MYSQL_$1"; do
    file="${variable}_FILE"
    if [ -n "${!file:-}" ]; then cat -- "${!file}"; return; fi
    if [ -n "${!variable:-}" ]; then printf '%s' "${!variable}"; return; fi
  done
}

# A text between SQL's quotes.
quoted() {
  local text=${1//\\/\\\\}
  printf "'%s'" "${text//\'/\\\'}"
}

start_alone() {
  mariadbd --skip-networking --socket="$socket" "$@" &
  alone=$!
  for _ in $(seq 600); do
    if mariadb-admin --socket="$socket" --user=root --password="$(setting ROOT_PASSWORD)" ping >/dev/null 2>&1 ||
      mariadb-admin --socket="$socket" --user=root ping >/dev/null 2>&1; then
      return
    fi
    kill -0 "$alone" 2>/dev/null || give_up "the server ended while the volume was being prepared"
    sleep 0.1
  done
  give_up "the server doesn't answer while the volume is being prepared"
}

stop_alone() {
  kill "$alone"
  wait "$alone" || give_up "the server didn't end cleanly after the volume was prepared"
}

# The statements of the first start.
first_statements() {
  local password host name user
  password=$(setting ROOT_PASSWORD)
  host=$(setting ROOT_HOST)
  name=$(setting DATABASE)
  user=$(setting USER)
  if [ -n "$(setting RANDOM_ROOT_PASSWORD)" ]; then
    password=$(head -c 24 /dev/urandom | base64)
    say "GENERATED ROOT PASSWORD: $password"
  fi
  echo "SET @@SESSION.SQL_LOG_BIN=0;"
  if [ -n "$password" ]; then echo "ALTER USER 'root'@'localhost' IDENTIFIED BY $(quoted "$password");"; fi
  if [ "${host:=%}" != localhost ]; then
    echo "CREATE USER 'root'@$(quoted "$host") IDENTIFIED BY $(quoted "$password");"
    echo "GRANT ALL ON *.* TO 'root'@$(quoted "$host") WITH GRANT OPTION;"
  fi
  if [ -n "$name" ]; then echo "CREATE DATABASE IF NOT EXISTS \`${name//\`/\`\`}\`;"; fi
  if [ -n "$user" ] && [ -n "$(setting PASSWORD)" ]; then
    echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$(setting PASSWORD)");"
    # An underscore stands for any character in a grant.
    if [ -n "$name" ]; then
      local pattern=${name//\`/\`\`}
      echo "GRANT ALL ON \`${pattern//_/\\_}\`.* TO $(quoted "$user")@'%';"
    fi
  fi
}

own_scripts() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh) bash "$file" ;;
      *.sql) root_session "$(setting DATABASE)" <"$file" ;;
      *.sql.gz) zcat "$file" | root_session "$(setting DATABASE)" ;;
    esac
  done
}

root_session() {
  MYSQL_PWD=$(setting ROOT_PASSWORD) mariadb --socket="$socket" --user=root ${1:+--database="$1"}
}

prepare_volume() {
  if [ -z "$(setting ROOT_PASSWORD)$(setting ALLOW_EMPTY_ROOT_PASSWORD)$(setting ALLOW_EMPTY_PASSWORD)$(setting RANDOM_ROOT_PASSWORD)" ]; then
    give_up "the volume is empty and none of MARIADB_ROOT_PASSWORD, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and" \
      "MARIADB_RANDOM_ROOT_PASSWORD is set"
  fi
  say "preparing the empty volume"
  # A volume half prepared by a container that was killed is prepared again.
  touch "$data/.preparing"
  mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db >/dev/null
  start_alone
  first_statements | mariadb --socket="$socket" --user=root
  own_scripts
  stop_alone
  rm "$data/.preparing"
  say "the volume is ready"
}

upgrade_tables() {
  local server volume
  server=$(mariadbd --version | grep -o '[0-9]*\.[0-9]*\.[0-9]*-MariaDB' | head -n 1)
  volume=$(tr -d '\0' <"$data/mysql_upgrade_info" 2>/dev/null || true)
  if [ "$volume" = "$server" ]; then return; fi
  say "upgrading the system tables from ${volume:-an unknown version} to $server"
  start_alone --skip-grant-tables
  mariadb-upgrade --socket="$socket" --user=root --upgrade-system-tables
  stop_alone
}

if [ "${1:-}" = "" ] || [ "${1:0:1}" = "-" ]; then set -- mariadbd "$@"; fi
if [ "$1" != mariadbd ] && [ "$1" != mysqld ]; then exec "$@"; fi

if [ "$(id -u)" = 0 ]; then
  install -d -o mysql -g mysql /run/mysqld
  find "$data" \! -user mysql -exec chown mysql:mysql '{}' +
  exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
fi

if [ -e "$data/.preparing" ]; then find "$data" -mindepth 1 -delete; fi
if [ ! -d "$data/mysql" ]; then
  prepare_volume
elif [ -n "$(setting AUTO_UPGRADE)" ]; then
  upgrade_tables
fi
exec "$@"

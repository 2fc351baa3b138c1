# A throw-away PostgreSQL: made in a temporary folder, told what to do on standard
# input, gone with its folder when that ends, however its owner ended.
# $1 folder of the programs, $2 port, $3 more settings
trap '' INT TERM HUP
folder=$(mktemp -d "${TMPDIR:-/tmp}/antesala-postgres-XXXXXX") || exit 1
cd "$folder" || exit 1
locale="--locale=C --encoding=UTF8 --locale-provider=icu --icu-locale=es"
{ "$1/initdb" -D data -U antesala -A trust --no-sync $locale ||
  "$1/initdb" -D data -U antesala -A trust --no-sync --locale=C --encoding=UTF8; } >log 2>&1
start() {
  "$1/pg_ctl" -D data -l log -w -t 60 start -o "-p $2 -k $folder -c listen_addresses=127.0.0.1 \
    -c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=400 -c deadlock_timeout=50ms -c shared_buffers=64MB $3" \
    >/dev/null 2>&1
}
stop() { "$1/pg_ctl" -D data -w -m "$2" stop >/dev/null 2>&1; }
start "$@" || { cat log >&2; cd /; rm -rf "$folder"; exit 1; }
echo "$folder"
while read -r command mode; do
  case $command in
    start) start "$@" ;;
    stop) stop "$1" "$mode" ;;
  esac
  echo "$command: $?"
done
stop "$1" immediate
cd /
rm -rf "$folder"

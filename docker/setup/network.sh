# shellcheck shell=bash
# Ports and the smallest possible HTTP request, with nothing but bash.

is_port() { [[ $1 =~ ^[1-9][0-9]{0,4}$ ]] && (($1 <= 65535)); }

# port_answers HOST PORT: whether anything accepts a connection there.
port_answers() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# A port of the loopback that nobody listens on, below those that the kernel gives to outgoing connections.
free_port() {
  local port tries
  for ((tries = 0; tries < 200; tries++)); do
    port=$((20000 + (RANDOM % 12000)))
    port_answers 127.0.0.1 "$port" || {
      echo "$port"
      return
    }
  done
  say_failed "no free port between 20000 and 32000 on 127.0.0.1"
  return 1
}

# http_status HOST PORT PATH: the status code, or nothing when nobody answers within 5 s.
http_status() (
  local line code
  { exec 3<>"/dev/tcp/$1/$2"; } 2>/dev/null || exit 1
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$3" >&3
  IFS= read -r -t 5 line <&3 || exit 1
  read -r _ code _ <<<"$line"
  [[ $code =~ ^[1-5][0-9][0-9]$ ]] && echo "$code"
) 2>/dev/null

# https_status HOST PORT PATH: the same of a service with TLS that was started here, whoever signed its certificate.
https_status() (
  local line code identity=()
  if [[ -n ${SANDMILL_TLS_CLIENT_CERTIFICATE:-} ]]; then
    identity=(-cert "$SANDMILL_TLS_CLIENT_CERTIFICATE" -key "${SANDMILL_TLS_CLIENT_KEY:-}")
  fi
  line=$(printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$3" |
    timeout 5 openssl s_client -quiet "${identity[@]}" -connect "$1:$2" 2>/dev/null | head -n 1)
  read -r _ code _ <<<"$line"
  [[ $code =~ ^[1-5][0-9][0-9]$ ]] && echo "$code"
)

# random_hex BYTES
random_hex() { head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

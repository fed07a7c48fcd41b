#!/usr/bin/env bash
# compose.yaml as docker-compose reads it: valid, both services checked for health, in order, on volumes, and no secret in the file.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v docker-compose >/dev/null || { echo "skipped: no docker-compose (packages of the group lint)"; exit 77; }
fail() { echo "compose.yaml: $*" >&2; exit 1; }

# The program's own variables only, and a password that would be seen wherever it is copied to.
compose() { env -i PATH="$PATH" HOME="${HOME:-/}" "$@" docker-compose --file compose.yaml config; }
secret=canary-$RANDOM$RANDOM
read_with_secret=$(compose CONVERGE_DATABASE_PASSWORD="$secret") || fail "cannot be read"
without=$(compose 2>&1) && fail "is accepted without a password"
[[ $without == *"set CONVERGE_DATABASE_PASSWORD"* ]] || fail "does not say which variable holds the password: $without"

python3 - "$secret" <<PYTHON || fail "is not what the program needs"
import sys, yaml
secret = sys.argv[1]
services = yaml.safe_load('''$read_with_secret''')["services"]
mysql, converge = services["mysql"], services["converge"]
assert set(services) == {"mysql", "converge"}, services.keys()
for service in (mysql, converge):
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), service
    assert service["volumes"], service
assert converge["depends_on"] == {"mysql": {"condition": "service_healthy"}}, converge["depends_on"]
environment = converge["environment"]
url = environment["CONVERGE_DATABASE_URL"]
assert url == f"mysql://{mysql['environment']['MYSQL_USER']}@mysql/{mysql['environment']['MYSQL_DATABASE']}", url
holders = {(name, key) for name, service in services.items() for key, value in service["environment"].items() if value == secret}
assert holders == {("mysql", "MYSQL_PASSWORD"), ("converge", "CONVERGE_DATABASE_PASSWORD")}, holders
for service in services.values():
    del service["environment"]
assert secret not in str(services), "the password is an argument somewhere"
PYTHON
echo "compose.yaml: two services, healthy in order, secrets in the environment only"

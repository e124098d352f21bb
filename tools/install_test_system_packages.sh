#!/usr/bin/env bash
# Installs what the tests use from the system: Chromium (opens the report), Fashion-MNIST as Debian ships it (a real
# data set on disk), PostgreSQL (the other store) and gcc (tools/torchvision_without_cuda.py). Never fails: where a
# package cannot be installed, this says so, and the tests that need it skip with the reason.
set -u

missing=()
command -v chromium >/dev/null || missing+=(chromium)
[ -d /usr/share/datasets/fashion-mnist ] || missing+=(dataset-fashion-mnist)
command -v pg_ctl >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/pg_ctl" >/dev/null || missing+=(postgresql)
command -v gcc >/dev/null || missing+=(gcc)
[ ${#missing[@]} -gt 0 ] || exit 0

give_up() {
    echo "Not installed: ${missing[*]} ($1). Tests that need them are skipped." >&2
    exit 0
}

command -v apt-get >/dev/null || give_up "this system has no apt-get"
if [ "$(id -u)" -eq 0 ]; then
    as_root=()
elif sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
else
    give_up "that needs root, or sudo without a password"
fi

echo "Installing ${missing[*]} for the tests" >&2
apt_get() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null
}
apt_get update || echo "apt-get update failed: going on with the package lists at hand" >&2
failed=()
for package in "${missing[@]}"; do
    apt_get install --yes --no-install-recommends "$package" || failed+=("$package")
done
missing=("${failed[@]}")
[ ${#missing[@]} -eq 0 ] || give_up "apt-get could not install them"

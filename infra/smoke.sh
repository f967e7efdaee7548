#!/bin/sh
# Checks a deployment: Azure lists every function of this checkout, and the service itself answers. It books nothing.
# Usage: sh infra/smoke.sh ENVIRONMENT. CREDITS_HTTP, if set, is another address of the service, CREDITS_LOOKS the number
# of tries (30), CREDITS_LOOK_SECONDS the time between two tries (10).
set -eu
here=$(dirname "$0")
group="rg-credits-$1"
app=$(az functionapp list --resource-group "$group" --query '[0].name' --output tsv)
host=$(az functionapp list --resource-group "$group" --query '[0].defaultHostName' --output tsv)
address="${CREDITS_HTTP:-https://$host}/api/v1/rate-cards"
wanted=$(sed -n 's/.*function_name("\([a-z_]*\)").*/\1/p' "$here"/../functions/*.py | sort)
[ -n "$wanted" ]

# If the service itself refuses an invalid token, it has read its settings and found its secrets.
is_well() {
    answer=$(curl --silent --header 'Authorization: Bearer none' --write-out ' %{http_code}' "$address" || true)
    found=$(az functionapp function list --resource-group "$group" --name "$app" --query '[].name' --output tsv | sed 's|.*/||' | sort)
    case "$answer" in *urn:communications-credits:problem:unauthenticated*' 401') ;; *) return 1 ;; esac
    [ "$found" = "$wanted" ]
}

tries=0
until is_well; do
    tries=$((tries + 1))
    if [ "$tries" -ge "${CREDITS_LOOKS:-30}" ]; then
        printf 'the service answers: %s\nfunctions wanted:\n%s\nfunctions found:\n%s\n' "$answer" "$wanted" "$found" >&2
        exit 1
    fi
    sleep "${CREDITS_LOOK_SECONDS:-10}"
done
echo "$(echo "$wanted" | wc -l | tr -d ' ') functions are there, and $address refuses an invalid token"

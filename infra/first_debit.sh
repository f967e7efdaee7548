#!/bin/sh
# The first debit: publishes rates if there are none, opens an account for your own directory, grants it 5 USD, and
# reports a call of a minute. Usage: sh infra/first_debit.sh ENVIRONMENT. CREDITS_AUDIENCE is the tokens' audience
# (infra/register.sh).
# CREDITS_HTTP, if set, is another address of the service.
set -eu
here=$(dirname "$0")
group="rg-credits-$1"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

app=$(az functionapp list --resource-group "$group" --query '[0].defaultHostName' --output tsv)
ledger=$(az storage account list --resource-group "$group" --query "[?starts_with(name, 'stcrledger')].name | [0]" --output tsv)
tenant=$(az account show --query tenantId --output tsv)
token=$(az account get-access-token --scope "$CREDITS_AUDIENCE/.default" --query accessToken --output tsv)
api="${CREDITS_HTTP:-https://$app}/api/v1"
# In a file, because every user of this computer can read the arguments of a command.
(umask 077 && printf 'Authorization: Bearer %s\n' "$token" > "$scratch/header")

# Sends a request and stores the answer; ends this script if the status is not among those in "$1".
ask() {
    allowed=$1; shift
    status=$(curl --silent --show-error --header "@$scratch/header" --output "$scratch/answer" --write-out '%{http_code}' "$@")
    case " $allowed " in
        *" $status "*) ;;
        *) echo "answered with $status:" >&2; cat "$scratch/answer" >&2; exit 1 ;;
    esac
}
spendable() {
    ask 200 "$api/accounts/$tenant"
    sed -n 's/.*"spendable": *{"amount": *"\([0-9.-]*\)".*/\1/p' "$scratch/answer"
}

ask 200 "$api/rate-cards"
if ! grep -q '"card"' "$scratch/answer"; then
    ask '200 201' --request PUT --header 'Content-Type: text/csv' --data-binary "@$here/../local/sample/rates.csv" \
        "$api/rate-cards/default/versions/2020-01-01T00:00:00Z?currency=USD"
    echo "published: the sample rate card"
fi
ask '201 409' --header 'Content-Type: application/json' "$api/accounts" \
    --data "{\"account\": \"$tenant\", \"currency\": \"USD\", \"country\": \"US\"}"
once="first-debit-$(date -u +%Y%m%d%H%M%S)-$$"
ask 201 --header 'Content-Type: application/json' --header "Idempotency-Key: $once" "$api/accounts/$tenant/grants" \
    --data "{\"amount\": {\"amount\": \"5.00\", \"currency\": \"USD\"}, \"reference\": \"$once\", \"kind\": \"promotional\"}"
before=$(spendable)
echo "granted: $before USD can be spent"

az storage message put --auth-mode login --account-name "$ledger" --queue-name usage --output none --content "{
  \"specversion\": \"1.0\", \"type\": \"credits.usage.call.v1\", \"source\": \"urn:communications-credits:first-debit\",
  \"id\": \"$once\", \"data\": {\"account\": \"$tenant\", \"user\": \"first-debit\", \"direction\": \"out\",
  \"service\": \"user\", \"called\": \"+442079460123\", \"startedAt\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\",
  \"durationSeconds\": 60}}"
echo "reported: a call of one minute to London"

tries=0
while after=$(spendable); [ "$after" = "$before" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || { echo "not debited within five minutes: see docs/runbook.md, usage-waits" >&2; exit 1; }
    sleep "${CREDITS_LOOK_SECONDS:-5}"
done
echo "debited: $after USD are left"

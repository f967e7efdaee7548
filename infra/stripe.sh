#!/bin/sh
# Puts Stripe's two secrets into the vault. They are asked for, not shown, and stand in no command's words.
# Usage: sh infra/stripe.sh ENVIRONMENT
set -eu
vault=$(az keyvault list --resource-group "rg-credits-$1" --query '[0].name' --output tsv)
[ -t 0 ] && trap 'stty echo' EXIT && stty -echo
for secret in payments-key payments-webhook-secrets; do
    printf '%s: ' "$secret" >&2
    IFS= read -r value
    echo >&2
    [ -n "$value" ] || { echo "nothing was typed" >&2; exit 1; }
    printf '%s' "$value" | az keyvault secret set --vault-name "$vault" --name "$secret" --file /dev/stdin --output none
done

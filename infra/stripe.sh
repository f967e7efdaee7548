#!/bin/sh
# Stores Stripe's two secrets in the vault and makes the app read them. It asks for them without showing them, and passes
# neither as an argument of a command; an empty line keeps the present value.
# Usage: sh infra/stripe.sh ENVIRONMENT
set -eu
group="rg-credits-$1"
vault=$(az keyvault list --resource-group "$group" --query '[0].name' --output tsv)
app=$(az functionapp list --resource-group "$group" --query '[0].id' --output tsv)
if [ -t 0 ]; then trap 'stty echo' EXIT; stty -echo; fi
for secret in payments-key payments-webhook-secrets; do
    printf '%s: ' "$secret" >&2
    IFS= read -r value
    echo >&2
    [ -n "$value" ] || continue
    printf '%s' "$value" | az keyvault secret set --vault-name "$vault" --name "$secret" --file /dev/stdin --output none
done
# By itself, Azure reads the vault once a day.
az rest --method POST --url "$app/config/configreferences/appsettings/refresh?api-version=2022-03-01" --output none

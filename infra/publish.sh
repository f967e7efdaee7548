#!/bin/sh
# Uploads the package that ./dev package wrote; from then on the service runs it. Usage: sh infra/publish.sh ENVIRONMENT
set -eu
here=$(dirname "$0")
group="rg-credits-$1"
app=$(az functionapp list --resource-group "$group" --query '[0].name' --output tsv)
az functionapp deployment source config-zip --resource-group "$group" --name "$app" \
    --src "$here/../dist/communications-credits.zip" --build-remote false --output none

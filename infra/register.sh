#!/bin/sh
# Registers the service's API with Entra ID, gives its operator's roles to the user who runs this, and prints the
# variables that infra/*.bicepparam read. Usage: eval "$(sh infra/register.sh)". Running it again changes nothing.
set -eu
here=$(dirname "$0")
name=${1:-communications-credits}
applications="https://graph.microsoft.com/v1.0/applications"
principals="https://graph.microsoft.com/v1.0/servicePrincipals"

app=$(az ad app list --display-name "$name" --query '[0].appId' --output tsv)
if [ -z "$app" ]; then
    app=$(az ad app create --display-name "$name" --sign-in-audience AzureADMultipleOrgs --query appId --output tsv)
fi
# Twice, because a program can only be pre-authorised for a scope that already exists.
first=$(python3 -c "import json, sys; api = json.load(open(sys.argv[1])); api['api']['preAuthorizedApplications'] = []; print(json.dumps(api))" "$here/api.json")
for body in "$first" "@$here/api.json"; do
    az rest --method PATCH --url "$applications(appId='$app')" --headers Content-Type=application/json --body "$body" --output none
done

service=$(az ad sp list --filter "appId eq '$app'" --query '[0].id' --output tsv)
[ -n "$service" ] || service=$(az ad sp create --id "$app" --query id --output tsv)
me=$(az ad signed-in-user show --query id --output tsv)
held=$(az rest --method GET --url "$principals/$service/appRoleAssignedTo" --query "value[?principalId=='$me'].appRoleId" --output tsv)
roles=$(python3 -c "import json, sys; [print(r['id']) for r in json.load(open(sys.argv[1]))['appRoles'] if r['value'] in ('Credits.Read', 'Credits.Operate')]" "$here/api.json")
for role in $roles; do
    case "$held" in *"$role"*) continue ;; esac
    az rest --method POST --url "$principals/$service/appRoleAssignedTo" --headers Content-Type=application/json --output none \
        --body "{\"principalId\": \"$me\", \"resourceId\": \"$service\", \"appRoleId\": \"$role\"}"
done

echo "export CREDITS_AUDIENCE=$app"
echo "export CREDITS_ISSUER='https://login.microsoftonline.com/{tid}/v2.0'"
echo "export CREDITS_OPERATOR=$me"
echo "export CREDITS_OPERATOR_TENANTS=$(az account show --query tenantId --output tsv)"
